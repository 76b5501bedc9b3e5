package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.TestNamespace;
import dev.agenttask.e2e.soak.RoundRecord.AgentRun;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The witness outside the tasks' pods: a web server that is spared, and in whose log each run of an agent stands. */
final class Recorder {

    private static final Pattern RUN = Pattern.compile("\"GET /[?]pod=(\\S+)&run=(\\S+) HTTP/1.1\" 200");
    private static final Map<String, String> LABELS =
            Map.of("app", "recorder", "agenttask.dev/reachable-by-tasks", "true");
    private static final int PORT = 8080;

    private final TestNamespace namespace;
    private final Pod pod;

    /** Starts it, and waits until it answers. */
    Recorder(TestNamespace namespace, String image) {
        this.namespace = namespace;
        this.pod = namespace
                .client()
                .resource(server(image))
                .inNamespace(namespace.name())
                .create();
        namespace
                .client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("recorder")
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(Map.of("app", "recorder"))
                        .addNewPort()
                        .withPort(80)
                        .withTargetPort(new IntOrString(PORT))
                        .endPort()
                        .endSpec()
                        .build())
                .inNamespace(namespace.name())
                .create();
        namespace.client().resource(pod).waitUntilReady(2, TimeUnit.MINUTES);
    }

    private static Pod server(String image) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("recorder")
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(65532L)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("recorder")
                .withImage(image)
                .withImagePullPolicy("IfNotPresent")
                .withCommand("python3", "-u", "-m", "http.server", Integer.toString(PORT), "--directory", "/tmp")
                .withNewReadinessProbe()
                .withNewTcpSocket()
                .withPort(new IntOrString(PORT))
                .endTcpSocket()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
    }

    /** What every run asks for, with its own pod and number. */
    String url() {
        return "http://recorder." + namespace.name() + ".svc/";
    }

    /** Every run of an agent; one that asked twice, as an answer was lost, is one. */
    List<AgentRun> runs() {
        return runs(namespace.client().pods().resource(pod).getLog());
    }

    static List<AgentRun> runs(String log) {
        return RUN.matcher(log)
                .results()
                .map(match -> new AgentRun(match.group(1), match.group(2)))
                .distinct()
                .toList();
    }
}
