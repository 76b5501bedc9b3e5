package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Work that is large, with the memory that every task's pod has. */
class LargeWorkClusterIT {

    private static final int FILES = 20;

    @Test
    void a_new_file_of_300_megabytes_is_delivered() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "size")) {
            var git = server(installation, namespace);
            namespace.apply("large", git.small("large", "head -c 300m /dev/urandom > large"));

            var status = delivered(installation, namespace, TestNamespace.PATIENCE);

            assertThat(git.git("large", "cat-file", "-s", status.result().branch() + ":large"))
                    .isEqualTo((300 << 20) + "\n");
        }
    }

    @Test
    @Tag("slow")
    void a_repository_of_2_gigabytes_is_cloned_changed_checked_and_delivered() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "size")) {
            var git = server(installation, namespace);
            for (var number = 0; number < FILES; number++) {
                addFileOf100Megabytes(git, "file-" + number);
            }
            namespace.apply("large", git.task("large", "rm file-0; echo done > file-1", "test \"$(ls | wc -l)\" = 20"));

            var status = delivered(installation, namespace, Duration.ofMinutes(20));

            var branch = status.result().branch();
            assertThat(git.git("large", "ls-tree", "--name-only", branch).lines())
                    .hasSize(FILES)
                    .doesNotContain("file-0");
            assertThat(git.file("large", branch, "file-1")).isEqualTo("done\n");
        }
    }

    private static GitServer server(Installation installation, TestNamespace namespace) throws Exception {
        var git = GitServer.deploy(installation, namespace);
        git.createRepository("large");
        // The server's memory and time are not what is tested.
        git.git("large", "config", "core.bigFileThreshold", "1m");
        git.git("large", "config", "core.compression", "0");
        return git;
    }

    /** In a commit of its own on main. */
    private static void addFileOf100Megabytes(GitServer git, String name) throws Exception {
        git.shell("""
                cd $1
                blob=$(head -c 100m /dev/urandom | git hash-object -w --stdin)
                tree=$({ git ls-tree main; printf '100644 blob %s\\tNAME\\n' $blob; } | git mktree)
                commit=$(git -c user.name=Ada -c user.email=ada@example.com commit-tree -p main -m NAME $tree)
                git update-ref refs/heads/main $commit
                """.replace("NAME", name), "large");
    }

    private static AgentTaskStatus delivered(Installation installation, TestNamespace namespace, Duration patience) {
        var status =
                namespace.await("large", patience, now -> TestNamespace.condition(now, Condition.FINISHED, "True"));
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        var podName = status.latestAttempt().orElseThrow().podName();
        assertThat(new AttemptPod(installation, namespace, podName).restarts()).isZero();
        return status;
    }
}
