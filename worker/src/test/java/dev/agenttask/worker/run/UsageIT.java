package dev.agenttask.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.Agent;
import dev.agenttask.api.Limits;
import dev.agenttask.api.Usage;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.fixture.KafkaBroker;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent of a known kind says it used, through a whole attempt. It prints what the real one printed. */
class UsageIT {

    private static final Usage OF_CODEX = new Usage(5200, 2700, 166, "");
    private static final Usage OF_CLAUDE_CODE = new Usage(6239, 4000, 93, "0.013816");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private GitServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        server.createWith("shop.git", "app.txt", "broken\n");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void what_the_agent_used_is_in_both_reports_and_what_it_did_on_kafka() throws Exception {
        try (var broker = new KafkaBroker(directory.resolve("kafka")).start()) {
            broker.createTopic(Plans.TOPIC);
            try (var pod = new LocalPod(plan(Agent.Output.CODEX), Optional.of(broker.address()))
                    .script("agent", prints("codex.jsonl") + "echo fixed > app.txt")
                    .run()) {
                assertThat(pod.report("deliver").ok()).isTrue();
                assertThat(pod.report("deliver").usage()).isEqualTo(OF_CODEX);
                assertThat(pod.report("worker").usage()).isEqualTo(OF_CODEX);
            }
            assertThat(readToResult(broker))
                    .contains(
                            new EventData.AgentMessage("I look at the files first."),
                            new EventData.AgentTool("command_execution", "/bin/bash -lc ls", true),
                            new EventData.UsageReported(OF_CODEX))
                    .anyMatch(event -> event instanceof EventData.Log(var _, var text, var _)
                            && text.contains("\"type\":\"turn.completed\""));
        }
    }

    @Test
    void an_agent_that_is_stopped_at_its_deadline_has_said_what_it_used() throws Exception {
        var plan = Plans.with(plan(Agent.Output.CLAUDE_CODE), new Limits("4s", "10m", "1Gi"));
        try (var pod = pod(plan)
                .script("agent", prints("claude-code.jsonl") + "echo half > app.txt; sleep 1000")
                .run()) {
            assertThat(pod.report("worker").reason()).isEqualTo("DeadlineExceeded");
            assertThat(pod.report("worker").wipRef()).isEqualTo(Plans.WIP);
            assertThat(pod.report("worker").usage()).isEqualTo(OF_CLAUDE_CODE);
        }
    }

    @Test
    void an_agent_that_changes_nothing_is_told_with_its_words_and_what_it_used() throws Exception {
        try (var pod = pod(plan(Agent.Output.CLAUDE_CODE))
                .script("agent", prints("claude-code.jsonl"))
                .run()) {
            assertThat(pod.report("deliver").reason()).isEqualTo("NoChange");
            assertThat(pod.report("deliver").message()).endsWith("Its last words: Done: added.txt is there.");
            assertThat(pod.report("deliver").usage()).isEqualTo(OF_CLAUDE_CODE);
        }
    }

    @Test
    void a_worker_after_a_crash_knows_what_was_used_before() throws Exception {
        try (var pod = pod(plan(Agent.Output.CODEX))
                .script(
                        "agent",
                        prints("codex.jsonl")
                                + "while ! test -e go; do sleep 0.1; done; rm go; echo fixed > app.txt")) {
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            await().atMost(PATIENCE)
                    .until(() -> Files.exists(pod.layout("worker").usage())
                            && Files.readString(pod.layout("worker").usage()).contains("5200"));
            pod.crash("worker");
            pod.startWorker();
            Files.createFile(pod.volume("workspace").resolve("go"));
            assertThat(pod.await("agent")).isZero();
            pod.startVerify();
            pod.await("verify");
            pod.startDeliver();
            assertThat(pod.await("deliver")).isZero();
            pod.terminateWorker();
            assertThat(pod.report("worker").usage()).isEqualTo(OF_CODEX);
            assertThat(pod.report("deliver").usage()).isEqualTo(OF_CODEX);
        }
    }

    @Test
    void lines_that_are_made_to_take_memory_take_little_of_it() throws Exception {
        var bombs =
                "s='{\"type\":\"assistant\",\"message\":['; p='{\"a\":{}},'; i=0; while [ $i -lt 12 ]; do p=$p$p; i=$((i+1)); done;"
                        + " for n in 1 2 3; do i=0; printf %s \"$s\"; while [ $i -lt 6 ]; do printf %s \"$p\"; i=$((i+1)); done; echo '{}]}'; done;"
                        + " head -c 100000000 /dev/zero | tr '\\0' '{'; echo; ";
        try (var pod = pod(plan(Agent.Output.CLAUDE_CODE))
                .script("agent", bombs + prints("claude-code.jsonl") + "echo fixed > app.txt")
                .run()) {
            assertThat(pod.report("deliver").ok()).isTrue();
            assertThat(pod.report("deliver").usage()).isEqualTo(OF_CLAUDE_CODE);
        }
    }

    private AttemptPlan plan(Agent.Output output) {
        return Plans.with(Plans.of(server.url("shop.git")), output);
    }

    private static LocalPod pod(AttemptPlan plan) throws IOException {
        return new LocalPod(plan, Optional.empty());
    }

    private static String prints(String recording) throws IOException {
        try (var in = UsageIT.class.getResourceAsStream("/agents/" + recording)) {
            return "cat <<'END'\n" + new String(in.readAllBytes(), StandardCharsets.UTF_8) + "END\n";
        }
    }

    private static List<EventData> readToResult(KafkaBroker broker) {
        var events = new ArrayList<EventData>();
        try (var consumer = broker.consumer(Plans.TOPIC)) {
            consumer.seekToBeginning(consumer.assignment());
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record ->
                                events.add(ProgressEvent.parse(record.value()).data()));
                return !events.isEmpty() && events.getLast() instanceof EventData.Finished;
            });
        }
        return events;
    }
}
