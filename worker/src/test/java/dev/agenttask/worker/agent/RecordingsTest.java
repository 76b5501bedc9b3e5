package dev.agenttask.worker.agent;

import static dev.agenttask.api.Agent.Output.CLAUDE_CODE;
import static dev.agenttask.api.Agent.Output.CODEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Agent;
import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData.AgentMessage;
import dev.agenttask.api.event.EventData.AgentTool;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real agents printed; {@code agents/README.md} among the resources says how that was recorded. */
class RecordingsTest {

    @TempDir
    private Path directory;

    @Test
    void codex_says_what_it_does_and_what_its_thread_used() {
        var codex = play(CODEX, "codex.jsonl");

        assertThat(codex.stream.used()).contains(new Usage(5200, 2700, 166, ""));
        assertThat(codex.toldWords())
                .contains(
                        new AgentMessage("I look at the files first."),
                        new AgentTool("command_execution", "/bin/bash -lc ls", null),
                        new AgentTool("command_execution", "/bin/bash -lc ls", true),
                        new AgentTool("command_execution", "/bin/bash -lc 'echo new > added.txt; false'", false),
                        new AgentTool("file_change", "update /workspace/app.txt, add /workspace/patched.txt", true),
                        new AgentMessage("Done: added.txt is there."));
        assertThat(codex.stream.lastWords()).isEqualTo("Done: added.txt is there.");
    }

    @Test
    void a_thread_of_codex_that_is_resumed_is_not_counted_twice() {
        assertThat(play(CODEX, "codex-resumed.jsonl").stream.used()).contains(new Usage(9000, 4500, 255, ""));
    }

    @Test
    void another_thread_of_codex_is_added() {
        var codex = play(CODEX, "codex.jsonl").play("codex-resumed.jsonl");

        assertThat(codex.stream.used()).contains(new Usage(14_200, 7200, 421, ""));
    }

    @Test
    void a_turn_of_codex_that_failed_says_why() {
        var codex = play(CODEX, "codex-failed.jsonl");

        assertThat(codex.stream.used()).isEmpty();
        assertThat(codex.stream.lastWords()).startsWith("unexpected status 404 Not Found");
    }

    @Test
    void claude_code_says_what_it_does_and_what_its_session_used() {
        var claude = play(CLAUDE_CODE, "claude-code.jsonl");

        assertThat(claude.stream.used()).contains(new Usage(6239, 4000, 93, "0.013816"));
        assertThat(claude.toldWords())
                .containsExactly(
                        new AgentMessage("I look at the files first."),
                        new AgentTool("Bash", "ls", null),
                        new AgentTool("Bash", "ls", true),
                        new AgentTool("Bash", "echo new > added.txt; false", null),
                        new AgentTool("Bash", "echo new > added.txt; false", false),
                        new AgentMessage("Done: added.txt is there."));
    }

    @Test
    void a_session_of_claude_code_that_is_resumed_is_not_counted_twice() {
        assertThat(play(CLAUDE_CODE, "claude-code-resumed.jsonl").stream.used())
                .contains(new Usage(12_587, 10_000, 195, "0.018748"));
    }

    @Test
    void while_claude_code_runs_each_message_of_the_model_counts_once() {
        var lines = StreamFixture.recording("claude-code.jsonl");
        var claude = new StreamFixture(CLAUDE_CODE, directory).print(Arrays.copyOf(lines, lines.length - 1));

        assertThat(claude.stream.used()).contains(new Usage(6239, 4000, 3, ""));
    }

    @Test
    void text_says_nothing() {
        var text = play(Agent.Output.TEXT, "codex.jsonl");

        assertThat(text.stream.used()).isEmpty();
        assertThat(text.events).isEmpty();
    }

    private StreamFixture play(Agent.Output output, String recording) {
        return new StreamFixture(output, directory).play(recording);
    }
}
