package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.VerificationResult.CommandResult;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What hostile code in the container {@code agent} tries, and what becomes of it. The tasks run side by side. */
@Isolated
class SandboxAttackClusterIT {

    private static final Map<String, String> NO_CHECK = Map.of("nothing", "true");

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static Attack attack;

    @BeforeAll
    static void attack() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "attack");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        attack = new Attack(git, "shop");
        shell("deaf", "deaf.sh");
        var other = listeningPod();
        var environment = Map.of(
                "TARGETS", Serialization.asJson(Targets.of(installation, git, other)), "SECRETS", reversedSecrets());
        python("spy", "spy.py", environment, checksForLeftovers());
        python(
                "sprinter",
                "sprinter.py",
                Map.of("TARGETS", Serialization.asJson(Targets.addresses(installation, git, other))),
                NO_CHECK);
        python("bomber", "bomber.py", Map.of(), NO_CHECK);
        shell("liar", "liar.sh");
        shell("planter", "planter.sh");
        python("noisy", "noisy.py", Map.of(), NO_CHECK);
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void nothing_of_others_is_read_written_or_reached_from_the_sandbox() throws Exception {
        var status = namespace.awaitFinished("spy");

        var verdicts = attack.file(commit(status), "verdicts").lines().toList();
        assertThat(verdicts).contains("control-git connected", "control-kafka connected");
        assertThat(verdicts)
                .filteredOn(line -> !line.startsWith("control-") && !line.startsWith("#"))
                .hasSizeGreaterThan(90)
                .allMatch(line -> line.endsWith(" held"));
    }

    @Test
    void no_connection_opens_from_the_first_instant_on_however_often_it_is_tried_by_ipv4_and_ipv6() throws Exception {
        var status = namespace.awaitFinished("sprinter");

        var opened = attack.file(commit(status), "opened").lines().toList();
        assertThat(opened).contains("control Success");
        assertThat(opened)
                .filteredOn(line -> !line.startsWith("control "))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line).startsWith("tries ");
                    assertThat(Integer.parseInt(line.substring("tries ".length())))
                            .isGreaterThan(500);
                });
    }

    @Test
    void nothing_that_the_agent_leaves_outside_the_workspace_is_found_in_the_clean_room() {
        var status = namespace.awaitFinished("spy");

        assertThat(status.verification().commands())
                .extracting(CommandResult::name, CommandResult::exitCode)
                .containsExactlyElementsOf(checksForLeftovers().keySet().stream()
                        .map(name -> tuple(name, 0))
                        .toList());
    }

    @Test
    void forged_end_lines_requests_reports_and_events_are_not_believed_and_killing_all_stops_nobody_else()
            throws Exception {
        var status = namespace.awaitFinished("liar");

        var attempt = status.latestAttempt().orElseThrow();
        assertThat(attempt.failureClass()).isEqualTo(FailureClass.AGENT);
        assertThat(attempt.reason()).isEqualTo("AgentFailed");
        assertThat(attempt.message()).contains("3");
        assertThat(attempt.message().chars().filter(Character::isISOControl)).isEmpty();
        assertThat(status.result()).isNull();
        assertThat(git.refs("shop").keySet()).noneMatch(ref -> ref.contains("forged"));
        assertThat(attack.file(attempt.wipRef(), "draft")).isEqualTo("draft\n");
        assertThat(attack.file(attempt.wipRef(), "killed")).isEqualTo("kill-all\n");
        assertThat(attack.restarts(attempt)).isZero();
    }

    @Test
    void git_hooks_filters_links_pipes_and_names_that_are_planted_in_the_workspace_do_nothing() throws Exception {
        var status = namespace.awaitFinished("planter");

        var commit = commit(status);
        assertThat(attack.paths(commit))
                .contains("list", "seen.txt", "nested/n", "etc-link", "a\nb", "..\\..\\up", "-rf")
                .noneMatch(path -> path.toLowerCase(Locale.ROOT).contains(".git/"))
                .noneMatch(path -> path.contains("planted") || path.contains("fifo") || path.contains("socket"));
        assertThat(attack.file(commit, "seen.txt")).isEqualTo("$Id$ seen\n");
        assertThat(attack.file(commit, "etc-link")).isEqualTo("/etc");
        assertThat(git.git("shop", "fsck", "--strict")).isEmpty();
    }

    @Test
    void two_hundred_megabytes_of_hostile_output_change_nothing() throws Exception {
        var status = namespace.awaitFinished("noisy");

        assertThat(attack.file(commit(status), "loud")).isEqualTo("done\n");
        assertThat(status.attempts()).hasSize(1);
        assertThat(attack.restarts(status.latestAttempt().orElseThrow())).isZero();
    }

    @Test
    void a_fork_bomb_is_bounded_ends_with_its_step_and_harms_no_later_one() throws Exception {
        var status = namespace.awaitFinished("bomber");

        var forks = attack.file(commit(status), "forks").strip();
        assertThat(forks).startsWith("refused after ");
        assertThat(Integer.parseInt(forks.substring(forks.lastIndexOf(' ') + 1)))
                .isBetween(100, 5000);
        assertThat(attack.restarts(status.latestAttempt().orElseThrow())).isZero();
    }

    @Test
    void an_agent_that_ignores_sigterm_and_floods_the_supervisor_is_ended_and_its_work_salvaged() throws Exception {
        namespace.awaitFinished("spy");

        namespace.patch("deaf", "{\"spec\": {\"cancel\": true}}");
        var status = namespace.await("deaf", Duration.ofSeconds(30), found -> found.phase() == Phase.CANCELLED);

        assertThat(attack.file(status.latestAttempt().orElseThrow().wipRef(), "begun"))
                .isEqualTo("begun\n");
    }

    private static void shell(String task, String script) throws IOException {
        namespace.apply(task, attack.spec(List.of("bash", "-c", Attack.script(script)), Map.of(), NO_CHECK));
    }

    private static void python(String task, String script, Map<String, String> environment, Map<String, String> checks)
            throws IOException {
        namespace.apply(task, attack.spec(List.of("python3", "-c", Attack.script(script)), environment, checks));
    }

    /** The branch was delivered, and this commit is what it is at. */
    private static String commit(AgentTaskStatus status) throws Exception {
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        var commit = status.result().commit();
        assertThat(git.refs("shop"))
                .containsEntry("refs/heads/" + status.result().branch(), commit);
        return commit;
    }

    /** The pod of the task that listens, once its agent does. */
    private static Pod listeningPod() throws Exception {
        namespace.awaitStep("deaf", "agent");
        var pod = installation
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName(namespace.status("deaf").latestAttempt().orElseThrow().podName())
                .get();
        var listens = "curl -s --retry 20 --retry-delay 1 --retry-connrefused http://"
                + pod.getStatus().getPodIP() + ":8080";
        assertThat(installation.exec(pod, "agent", Duration.ofSeconds(30), "sh", "-c", listens))
                .contains("begun");
        return pod;
    }

    /** The passwords of git and Kafka, backwards: the attacker knows what to look for, and does not find it in itself. */
    private static String reversedSecrets() {
        var settings = installation
                .client()
                .secrets()
                .inNamespace(installation.namespace())
                .withName("agenttask-kafka-users")
                .get();
        var passwords = settings.getData().values().stream()
                .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8))
                .collect(Collectors.toList());
        passwords.addAll(git.passwords().values());
        return Serialization.asJson(passwords.stream()
                .map(password -> new StringBuilder(password).reverse().toString())
                .toList());
    }

    private static Map<String, String> checksForLeftovers() {
        return Arrays.stream(new String[][] {
                    {"home-and-tmp", "test ! -e ~/left && test ! -e /tmp/left"},
                    {"shared-memory-files", "test ! -e /dev/shm/left"},
                    {"shared-memory-segments", "test $(wc -l < /proc/sysvipc/shm) = 1"},
                    {"message-queues", "test $(wc -l < /proc/sysvipc/msg) = 1"},
                    {"posix-message-queues", "test ! -e /dev/mqueue/left"},
                    {"processes", "! pgrep python3"}
                })
                .collect(Collectors.toMap(c -> c[0], c -> c[1], (a, b) -> a, LinkedHashMap::new));
    }
}
