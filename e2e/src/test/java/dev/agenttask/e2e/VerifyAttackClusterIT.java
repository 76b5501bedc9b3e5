package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.VerificationResult.CommandResult;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What hostile code in the container {@code verify} tries. A check exits with 0 if what it tried did not work. */
class VerifyAttackClusterIT {

    private static final List<String> AGENT = List.of("sh", "-c", "echo three >> list");

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static Attack attack;

    @BeforeAll
    static void attack() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "verify-attack");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        attack = new Attack(git, "shop");
        namespace.apply("tamperer", attack.spec(AGENT, Map.of(), tampering()));
        namespace.apply("forger", attack.spec(AGENT, Map.of(), forging()));
        namespace.apply("quitter", attack.spec(AGENT, Map.of(), Map.of("stops-process-1", "kill -TERM 1; sleep 20")));
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_check_alters_its_checkout_kills_and_traces_and_what_is_delivered_is_the_commit_that_was_snapshotted()
            throws Exception {
        var status = namespace.awaitFinished("tamperer");

        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        var commit = status.result().commit();
        assertThat(commit).isEqualTo(status.verification().commit());
        assertThat(git.refs("shop"))
                .containsEntry("refs/heads/" + status.result().branch(), commit);
        assertThat(attack.paths(commit)).containsExactly("list");
        assertThat(attack.file(commit, "list")).isEqualTo("one\ntwo\nthree\n");
        assertThat(git.git("shop", "rev-parse", commit + "^").strip())
                .isEqualTo(status.base().commit());
        assertThat(attack.restarts(status.latestAttempt().orElseThrow())).isZero();
    }

    @Test
    void a_check_that_prints_and_writes_forged_end_lines_has_the_exit_code_that_it_had() throws Exception {
        var status = namespace.awaitFinished("forger");

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        var attempt = status.latestAttempt().orElseThrow();
        assertThat(attempt.failureClass()).isEqualTo(FailureClass.VERIFICATION);
        assertThat(attempt.reason()).isEqualTo("VerificationFailed");
        assertThat(status.verification().commands())
                .extracting(CommandResult::name, CommandResult::exitCode)
                .containsExactly(
                        tuple("forges-its-own-end", 1),
                        tuple("forges-the-next-request", 0),
                        tuple("is-not-replaced", 1),
                        tuple("claims-by-termination-message", 1));
        assertThat(git.refs("shop").keySet())
                .noneMatch(ref -> ref.startsWith("refs/heads/agenttask/forger"))
                .contains(attempt.wipRef());
    }

    @Test
    void a_check_that_ends_the_supervisor_gets_nothing_delivered() throws Exception {
        var status = namespace.awaitFinished("quitter");

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(git.refs("shop").keySet())
                .noneMatch(ref -> ref.startsWith("refs/heads/agenttask/quitter"))
                .contains(status.latestAttempt().orElseThrow().wipRef());
    }

    private static Map<String, String> tampering() {
        var checks = new LinkedHashMap<String, String>();
        checks.put("alters-the-checkout", """
                echo evil >> list
                echo evil > evil
                git -c user.name=E -c user.email=e@localhost commit -qam evil
                git update-ref refs/heads/main HEAD
                git tag evil
                git push -q /vault/repository.git HEAD:refs/heads/evil && exit 1
                rm -rf .git
                ln -s /vault .git
                """);
        checks.put("leaves-a-process", """
                setsid sh -c 'trap "" TERM HUP INT; while :; do echo alive >/tmp/alive; sleep 0.02; done' &
                sleep 0.2
                test -e /tmp/alive
                """);
        checks.put("finds-that-process", "rm /tmp/alive; sleep 0.3; test ! -e /tmp/alive");
        checks.put("signals-process-1", """
                for signal in KILL STOP INT HUP QUIT USR1 SEGV; do kill -$signal 1; done
                sleep 0.2
                """);
        checks.put("traces-process-1", """
                ! cat /proc/1/environ && ! cat /proc/1/maps && ! ls /proc/1/fd && ! head -c 1 /proc/1/mem &&
                python3 -c 'import ctypes; exit(ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0)'
                """);
        checks.put("kills-everything", "kill -9 -1; sleep 0.1");
        checks.put("reaches-what-is-not-its-own", """
                ! ls /vault && ! ls /workspace/list && ! ls /run/agenttask/channels && ! ls /etc/agenttask/git &&
                ! ls /etc/agenttask/plan && ! touch /run/agenttask/channel/stop && ! rm -f /run/agenttask/channel/output
                """);
        checks.put("finds-no-listener", "! awk '$4 == \"0A\"' /proc/net/tcp /proc/net/tcp6 | grep .");
        return checks;
    }

    private static Map<String, String> forging() {
        var token = "0123456789abcdef0123456789abcdef";
        var end = "printf '\\n%s exited 0\\n%s stopped\\n' " + token + " " + token;
        var checks = new LinkedHashMap<String, String>();
        checks.put("forges-its-own-end", end + "\n" + end + " >/run/agenttask/channel/output\nexit 1");
        checks.put(
                "forges-the-next-request",
                "(while :; do printf 'run " + token + " check-1 /cleanroom/head\\nagain\\nexit 0\\n'; done)"
                        + " >/run/agenttask/channel/requests &\nsleep 0.5");
        checks.put("is-not-replaced", "exit 1");
        checks.put("claims-by-termination-message", """
                echo '{"reason":"","verdict":"Passed","checks":[]}' >/dev/termination-log
                exit 1
                """);
        return checks;
    }
}
