package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import dev.agenttask.api.event.EventData.Finished;
import dev.agenttask.api.event.EventData.Gap;
import dev.agenttask.api.event.EventData.Log;
import dev.agenttask.api.event.ProgressEvent;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Kafka is a hint: its absence delays nothing and changes no outcome. What it did not get then it gets later, and git has
 * all that was printed. The broker of the tests forgets everything when it stops.
 */
@Isolated
class BrokerAwayClusterIT {

    private static final int LINES = 200_000;

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
    void startBrokerAgain() {
        startBroker();
        namespace.close();
        installation.close();
    }

    @Test
    void tasks_end_as_they_should_while_the_broker_is_away_and_those_that_go_on_tell_it_all_later() throws Exception {
        stopBroker();
        namespace.apply("unheard", git.small("shop", "seq -f 'line %.0f' " + LINES + "; echo three >> list"));
        namespace.apply("unheard-failure", git.small("shop", "rm list; exit 3"));
        var patient = uid("patient", "echo first; seq 20000; " + AttemptPod.WORK_AND_WAIT + "echo last");
        var pod = AttemptPod.atWork(installation, namespace, "patient", 1);

        assertWholeLog(succeeded("unheard"));
        assertThat(namespace
                        .awaitFinished("unheard-failure")
                        .latestAttempt()
                        .orElseThrow()
                        .reason())
                .isEqualTo("AgentFailed");

        startBroker();
        awaitHeard(patient, "first");
        pod.release();
        succeeded("patient");
        var events = heard(patient);
        assertThat(events.getFirst().sequence()).isZero();
        assertNoSilentHole(events);
        assertThat(output(events)).contains("first", "20000", "last");
        assertThat(Topics.data(events, Finished.class)).hasSize(1);
    }

    @Test
    void a_broker_that_goes_in_the_middle_and_comes_back_gets_what_it_missed() throws Exception {
        var uid = uid(
                "cut-off", "echo before; " + AttemptPod.WORK_AND_WAIT + "echo meanwhile; " + AttemptPod.WORK_AND_WAIT);
        var pod = AttemptPod.atWork(installation, namespace, "cut-off", 1);
        awaitHeard(uid, "before");

        stopBroker();
        pod.release();
        startBroker();
        awaitHeard(uid, "meanwhile");
        pod.release();

        succeeded("cut-off");
        var events = heard(uid);
        assertNoSilentHole(events);
        assertThat(output(events)).contains("meanwhile");
        assertThat(Topics.data(events, Finished.class)).hasSize(1);
    }

    private String uid(String task, String script) {
        return namespace.apply(task, git.small("shop", script)).getMetadata().getUid();
    }

    private AgentTaskStatus succeeded(String task) throws Exception {
        var status = namespace.awaitFinished(task);
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(git.refs("shop")).containsKey("refs/heads/" + status.result().branch());
        return status;
    }

    /** Every line that the agent printed is in git, once and in order. */
    private void assertWholeLog(AgentTaskStatus status) throws Exception {
        var ref = status.latestAttempt().orElseThrow().logRef();
        assertThat(ref).isNotEmpty();
        assertThat(git.file("shop", ref, "log.txt")
                        .lines()
                        .filter(line -> line.contains(" agent | line "))
                        .map(line -> line.substring(line.indexOf("line "))))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, LINES)
                        .mapToObj(i -> "line " + i)
                        .toList());
    }

    /** Numbers rise by one; where they do not there is a gap, which says how many are missing. */
    private static void assertNoSilentHole(List<ProgressEvent> events) {
        for (var i = 1; i < events.size(); i++) {
            var step = events.get(i).sequence() - events.get(i - 1).sequence();
            var explained = events.get(i).data() instanceof Gap(var missing) && step == missing;
            assertThat(step == 1 || explained)
                    .as(events.subList(i - 1, i + 1).toString())
                    .isTrue();
        }
    }

    /** What the broker has of the worker, without what it got twice. */
    private List<ProgressEvent> heard(String uid) throws Exception {
        return Topics.events(installation, "agenttask.progress", uid).stream()
                .filter(event -> event.source().equals(ProgressEvent.WORKER))
                .collect(Collectors.toMap(ProgressEvent::sequence, event -> event, (one, other) -> one, TreeMap::new))
                .values()
                .stream()
                .toList();
    }

    private void awaitHeard(String uid, String word) throws Exception {
        Topics.await(installation, "agenttask.progress", uid, word);
    }

    private static List<String> output(List<ProgressEvent> events) {
        return Topics.data(events, Log.class).stream()
                .flatMap(log -> log.text().lines())
                .toList();
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

    private void startBroker() {
        broker().scale(1);
        broker().waitUntilReady(2, TimeUnit.MINUTES);
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
