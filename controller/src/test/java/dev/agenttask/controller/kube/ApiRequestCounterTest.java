package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.controller.kube.ApiRequestCounter.Target;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRequestCounterTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v1/pods,pods,false",
        "/api/v1/namespaces/team/pods,pods,false",
        "/api/v1/namespaces/team/pods/fix-1,pods,true",
        "/apis/agenttask.dev/v1alpha1/namespaces/team/agenttasks/fix/status,agenttasks/status,true",
        "/apis/agenttask.dev/v1alpha1/agenttasks,agenttasks,false",
        "/api/v1/namespaces/team,namespaces,true",
        "/api/v1/namespaces/status/pods/status,pods,true",
        "/apis,discovery,true",
        "/version,discovery,true"
    })
    void a_path_names_a_resource(String path, String resource, boolean named) {
        assertThat(Target.of(URI.create("https://kubernetes" + path))).isEqualTo(new Target(resource, named));
    }
}
