package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Work that is large, with the memory that every task's pod has. */
class LargeWorkClusterIT {

    private static final String MANY_FILES = """
            import os
            for i in range(100_000):
                os.makedirs(f"many/{i // 1000}", exist_ok=True)
                with open(f"many/{i // 1000}/{i}", "w") as file:
                    file.write(str(i))
            """;

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void startTasks() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "size");
        git = GitServer.deploy(installation, namespace);
        for (var repository : new String[] {"many", "large"}) {
            git.createRepository(repository);
            // The server's memory is not what is tested.
            git.git(repository, "config", "core.bigFileThreshold", "1m");
        }
        namespace.apply("many", git.small("many", "python3 -c '" + MANY_FILES + "'"));
        namespace.apply("large", git.small("large", "head -c 300m /dev/urandom > large"));
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_hundred_thousand_new_files_are_delivered() throws Exception {
        var status = delivered("many");

        assertThat(status.result().files()).isEqualTo(100_000);
        assertThat(git.file("many", status.result().branch(), "many/99/99999")).isEqualTo("99999");
    }

    @Test
    void a_new_file_of_300_megabytes_is_delivered() throws Exception {
        var status = delivered("large");

        assertThat(git.git("large", "cat-file", "-s", status.result().branch() + ":large"))
                .isEqualTo((300 << 20) + "\n");
    }

    private static AgentTaskStatus delivered(String task) {
        var status = namespace.awaitFinished(task);
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        var pod = new AttemptPod(
                installation, namespace, status.latestAttempt().orElseThrow().podName());
        assertThat(pod.restarts()).isZero();
        return status;
    }
}
