package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.EventData.AgentMessage;
import dev.agenttask.api.event.EventData.AgentTool;
import dev.agenttask.api.event.EventData.Log;
import dev.agenttask.api.event.EventData.PhaseChanged;
import dev.agenttask.api.event.EventData.StepFinished;
import dev.agenttask.api.event.EventData.UsageReported;
import dev.agenttask.api.event.ProgressEvent;
import org.junit.jupiter.api.Test;

/** What a consumer of the topics sees of one task. */
class ProgressClusterIT {

    /** What {@code codex exec --json} printed, shortened. */
    private static final String CODEX = """
            cat <<'END'
            {"type":"thread.started","thread_id":"01a20d9a-e435-7f80-a776-dd946c7bddbc"}
            {"type":"turn.started"}
            {"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"I add a line."}}
            {"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"echo three >> list","exit_code":0,"status":"completed"}}
            {"type":"turn.completed","usage":{"input_tokens":3600,"cached_input_tokens":1800,"output_tokens":123,"reasoning_output_tokens":30}}
            END
            echo three >> list
            test "$AGENTTASK_MODEL" = gpt-5
            """;

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
                    .containsSubsequence(Phase.RUNNING, Phase.SUCCEEDED)
                    .endsWith(Phase.SUCCEEDED);
            assertThat(Topics.data(Topics.events(installation, "agenttask.state", uid), EventData.State.class))
                    .last()
                    .satisfies(state -> assertThat(state.status().phase()).isEqualTo(Phase.SUCCEEDED));
        }
    }

    @Test
    void what_an_agent_says_it_did_and_used_is_on_the_topics_and_its_usage_in_the_status() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "usage")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");
            var spec = git.task("shop", CODEX, "grep -q three list")
                    .replace("  type: command\n", "  type: command\n  output: codex\n  model: gpt-5\n");
            var uid = namespace.apply("used", spec).getMetadata().getUid();
            var used = new Usage(3600, 1800, 123, "");

            var status = namespace.awaitFinished("used");

            assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
            assertThat(status.usage()).isEqualTo(used);
            assertThat(status.latestAttempt().orElseThrow().usage()).isEqualTo(used);
            var events = Topics.events(installation, "agenttask.progress", uid);
            assertThat(Topics.data(events, UsageReported.class)).last().isEqualTo(new UsageReported(used));
            assertThat(Topics.data(events, AgentMessage.class)).containsExactly(new AgentMessage("I add a line."));
            assertThat(Topics.data(events, AgentTool.class))
                    .containsExactly(new AgentTool("command_execution", "echo three >> list", true));
        }
    }
}
