package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kafka is a hint: its absence delays nothing and changes no outcome. */
class BrokerAwayClusterIT {

    private Installation installation;
    private TestNamespace namespace;
    private GitServer git;

    @BeforeEach
    void deployGit() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "broker");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterEach
    void startBroker() {
        broker().scale(1);
        broker().waitUntilReady(2, TimeUnit.MINUTES);
        namespace.close();
        installation.close();
    }

    @Test
    void a_task_ends_as_it_should_while_the_broker_is_away() throws Exception {
        stopBroker();

        namespace.apply("unheard", git.task("shop", "seq 20000; echo three >> list", "grep -q three list"));
        namespace.apply("unheard-failure", git.task("shop", "rm list", "test -e list"));

        var status = namespace.awaitFinished("unheard");
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(git.refs("shop")).containsKey("refs/heads/" + status.result().branch());
        assertThat(namespace
                        .awaitFinished("unheard-failure")
                        .latestAttempt()
                        .orElseThrow()
                        .reason())
                .isEqualTo("VerificationFailed");
    }

    @Test
    void a_task_goes_on_when_the_broker_goes_in_the_middle() throws Exception {
        namespace.apply("cut-off", git.task("shop", "seq 1000; sleep 8; seq 1000; echo three >> list", "true"));
        namespace.awaitPhase("cut-off", Phase.RUNNING);

        stopBroker();

        assertThat(namespace.awaitFinished("cut-off").phase()).isEqualTo(Phase.SUCCEEDED);
    }

    private void stopBroker() {
        broker().scale(0);
        installation
                .client()
                .pods()
                .inNamespace(installation.namespace())
                .withLabel("app.kubernetes.io/component", "kafka")
                .waitUntilCondition(pod -> pod == null, 1, TimeUnit.MINUTES);
    }

    private RollableScalableResource<StatefulSet> broker() {
        return installation
                .client()
                .apps()
                .statefulSets()
                .inNamespace(installation.namespace())
                .withName("agenttask-kafka");
    }
}
