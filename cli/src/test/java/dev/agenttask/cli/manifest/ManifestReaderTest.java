package dev.agenttask.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agenttask.cli.exit.UsageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestReaderTest {

    private static final String TASK = """
            apiVersion: agenttask.dev/v1alpha1
            kind: AgentTask
            metadata: {name: %s}
            spec: {prompt: Fix}
            """;

    @TempDir
    private Path directory;

    @Test
    void documents_of_a_file_are_tasks_and_empty_ones_are_not() {
        var tasks = parse(TASK.formatted("one") + "---\n---\n" + TASK.formatted("two"));

        assertThat(tasks).extracting(Manifest::name).containsExactly("one", "two");
        assertThat(tasks)
                .extracting(Manifest::source)
                .containsExactly("tasks.yaml, document 1", "tasks.yaml, document 2");
    }

    @Test
    void json_and_lists_are_read_and_what_a_server_added_is_left_out() {
        var tasks = parse("""
                {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "agenttask.dev/v1alpha1", "kind": "AgentTask",
                  "metadata": {"name": "one", "uid": "u", "resourceVersion": "7"}, "spec": {}, "status": {"phase": "Failed"}}]}
                """);

        assertThat(tasks.getFirst().tree().toString())
                .isEqualTo(
                        "{\"apiVersion\":\"agenttask.dev/v1alpha1\",\"kind\":\"AgentTask\",\"metadata\":{\"name\":\"one\"},"
                                + "\"spec\":{}}");
    }

    @Test
    void the_manifests_of_a_directory_are_read_in_order_and_the_standard_input_too() throws IOException {
        Files.writeString(directory.resolve("b.yml"), TASK.formatted("b"));
        Files.writeString(directory.resolve("a.yaml"), TASK.formatted("a"));
        Files.writeString(directory.resolve("README.md"), "no task");
        var stdin = new ByteArrayInputStream(TASK.formatted("c").getBytes(StandardCharsets.UTF_8));

        var tasks = new ManifestReader(stdin).read(List.of(directory.toString(), "-"));

        assertThat(tasks).extracting(Manifest::name).containsExactly("a", "b", "c");
    }

    @Test
    void another_kind_is_an_error_that_says_what_to_do() {
        refused("apiVersion: v1\nkind: Secret\n", "tasks.yaml: kind is 'Secret'", "kubectl apply -f FILE");
    }

    @Test
    void what_is_not_yaml_is_an_error_with_its_line() {
        refused("apiVersion: x\n  kind: [\n", "tasks.yaml, line 2");
    }

    @Test
    void a_key_that_stands_twice_is_an_error() {
        refused(TASK.formatted("one") + "spec: {}\n", "tasks.yaml, line 5", "Duplicate field 'spec'");
    }

    @Test
    void a_file_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> new ManifestReader(InputStream.nullInputStream()).read(List.of("no-such.yaml")))
                .isInstanceOf(UsageException.class)
                .hasMessage("no-such.yaml: there is no such file.");
    }

    @Test
    void an_empty_file_is_an_error() {
        refused("# nothing\n", "tasks.yaml: there is no AgentTask in it.");
    }

    private static List<Manifest> parse(String text) {
        return ManifestReader.parse("tasks.yaml", "tasks", text);
    }

    private static void refused(String text, String... words) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(UsageException.class).hasMessageContainingAll(words);
    }
}
