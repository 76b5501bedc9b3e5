package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.EventData.Log;
import dev.agenttask.api.event.EventData.PhaseChanged;
import dev.agenttask.api.event.EventData.StepFinished;
import dev.agenttask.api.event.ProgressEvent;
import org.junit.jupiter.api.Test;

/** What a consumer of the topics sees of one task. */
class ProgressClusterIT {

    @Test
    void the_topics_tell_the_whole_way_of_a_task_in_order() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "progress")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");
            var uid = namespace
                    .apply("told", git.task("shop", "echo I change the list; echo three >> list", "true"))
                    .getMetadata()
                    .getUid();
            assertThat(namespace.awaitFinished("told").phase()).isEqualTo(Phase.SUCCEEDED);

            var events = Topics.events(installation, "agenttask.progress", uid);

            var worker = events.stream()
                    .filter(e -> e.source().equals(ProgressEvent.WORKER))
                    .toList();
            assertThat(worker).extracting(ProgressEvent::sequence).isSorted().doesNotHaveDuplicates();
            assertThat(Topics.data(worker, StepFinished.class).stream()
                            .filter(s -> s.name().isEmpty()))
                    .extracting(StepFinished::step)
                    .containsExactly("clone", "agent", "snapshot", "verify", "deliver");
            assertThat(Topics.data(worker, Log.class))
                    .extracting(Log::text)
                    .anyMatch(text -> text.contains("I change the list"));
            assertThat(Topics.data(events, PhaseChanged.class))
                    .extracting(PhaseChanged::phase)
                    .startsWith(Phase.RUNNING)
                    .endsWith(Phase.SUCCEEDED);
            assertThat(Topics.data(Topics.events(installation, "agenttask.state", uid), EventData.State.class))
                    .last()
                    .satisfies(state -> assertThat(state.status().phase()).isEqualTo(Phase.SUCCEEDED));
        }
    }
}
