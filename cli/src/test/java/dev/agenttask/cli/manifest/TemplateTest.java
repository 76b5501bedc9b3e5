package dev.agenttask.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agenttask.cli.exit.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateTest {

    private static final String TEMPLATE = """
            apiVersion: agenttask.dev/v1alpha1
            kind: AgentTask
            spec:
              repository: {url: "https://git.example.com/acme/{{repo}}.git"}
              prompt: "{{prompt}}"
              agent: {type: command, command: [fix]}
            """;

    @TempDir
    private Path directory;

    @Test
    void rows_of_a_csv_file_become_tasks() throws IOException {
        var tasks = fill(TEMPLATE, "items.csv", "repo,prompt\nshop,\"Fix, it\"\nblog,\"two\nlines\"\n");

        assertThat(tasks).extracting(t -> t.spec().at("/prompt").asText()).containsExactly("Fix, it", "two\nlines");
        assertThat(tasks.getFirst().spec().at("/repository/url").asText())
                .isEqualTo("https://git.example.com/acme/shop.git");
    }

    @Test
    void a_row_is_told_by_its_line_also_after_rows_of_many_lines_and_empty_ones() throws IOException {
        var tasks = fill(TEMPLATE, "items.csv", "repo,prompt\nshop,\"two\nlines\"\n\nblog,x\n\"wiki\",y\n");

        assertThat(tasks)
                .extracting(t -> t.source().replaceFirst(".*, ", ""))
                .containsExactly("line 2", "line 5", "line 6");
    }

    @Test
    void a_row_that_is_too_short_is_an_error_that_names_the_line() {
        assertThatThrownBy(() -> fill(TEMPLATE, "items.csv", "repo,prompt\nshop,x\nblog\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("line 3: has 1 fields, and the header 2");
    }

    @Test
    void lines_of_json_keep_the_types_of_their_values() throws IOException {
        var template = TEMPLATE + "  priority: \"{{priority}}\"\n  verify: {commands: \"{{checks}}\"}\n";

        var tasks = fill(template, "items.jsonl", """
                {"repo": "shop", "prompt": "Fix", "priority": 7, "checks": [{"name": "test", "run": "make test"}]}
                """);

        assertThat(tasks.getFirst().spec().path("priority").isIntegralNumber()).isTrue();
        assertThat(tasks.getFirst().spec().at("/verify/commands/0/run").asText())
                .isEqualTo("make test");
    }

    @Test
    void a_csv_value_becomes_a_number_where_the_field_is_one_and_stays_text_where_it_is_not() throws IOException {
        var template = TEMPLATE + "  priority: \"{{n}}\"\n  pod: {labels: {shard: \"{{n}}\"}}\n";

        var spec = fill(template, "items.csv", "repo,prompt,n\nshop,Fix,7\n")
                .getFirst()
                .spec();

        assertThat(spec.path("priority").isIntegralNumber()).isTrue();
        assertThat(spec.at("/pod/labels/shard").isTextual()).isTrue();
    }

    @Test
    void a_markdown_file_is_a_prompt_and_its_front_matter_has_the_parameters() throws IOException {
        Files.createDirectory(directory.resolve("tasks"));
        Files.writeString(
                directory.resolve("tasks/add-login.md"), "---\nrepo: shop\n---\n# Add a login\n\nUse {{ jinja }}.\n");

        var task = fill(TEMPLATE, directory.resolve("tasks")).getFirst();

        assertThat(task.spec().path("prompt").asText()).isEqualTo("# Add a login\n\nUse {{ jinja }}.");
        assertThat(task.name()).matches("template-[0-9a-f]{10}-add-login");
    }

    @Test
    void a_parameter_that_is_missing_is_an_error_that_names_it_the_item_and_the_template() {
        assertThatThrownBy(() -> fill(
                        TEMPLATE, "items.jsonl", "{\"repo\": \"shop\", \"prompt\": \"x\"}\n{\"repo\": \"shop\"}\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(
                        "items.jsonl, line 2: The template uses {{prompt}}: give the item parameter prompt");
    }

    @Test
    void a_parameter_that_is_not_used_is_an_error_that_names_it_and_the_item() {
        assertThatThrownBy(() -> fill(TEMPLATE, "items.csv", "repo,prompt,reop\nshop,x,y\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("items.csv, line 2: The template does not use {{reop}}");
    }

    @Test
    void every_problem_of_every_item_is_told_at_once() {
        assertThatThrownBy(() -> fill(TEMPLATE, "items.jsonl", "{\"repo\": \"a\"}\n{\"prompt\": \"b\"}\n"))
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(2));
    }

    @Test
    void what_the_shell_replaces_is_left_to_it_and_braces_can_be_escaped() throws IOException {
        var template = TEMPLATE.replace("[fix]", "[sh, -c, 'echo $HOME ${x} \\{{y}} {{ .Values.z }}']");

        var task = fill(template, "items.csv", "repo,prompt\nshop,x\n").getFirst();

        assertThat(task.spec().at("/agent/command/2").asText()).isEqualTo("echo $HOME ${x} {{y}} {{ .Values.z }}");
    }

    @Test
    void a_value_cannot_change_the_structure_and_is_not_filled_itself() throws IOException {
        var nasty = "x\\\"}, suspend: true, y: {{repo}} $0";

        var task = fill(TEMPLATE, "items.jsonl", "{\"repo\": \"shop\", \"prompt\": \"" + nasty + "\"}")
                .getFirst();

        assertThat(task.spec().path("prompt").asText()).isEqualTo("x\"}, suspend: true, y: {{repo}} $0");
        assertThat(task.spec().has("suspend")).isFalse();
    }

    @Test
    void an_unquoted_parameter_is_an_error_that_says_to_quote_it() {
        var template = TEMPLATE.replace("\"{{prompt}}\"", "{{prompt}}");

        assertThatThrownBy(() -> fill(template, "items.csv", "repo,prompt\nshop,x\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("template.yaml")
                .hasMessageContaining("quoted: \"{{name}}\"");
    }

    @Test
    void a_directory_without_items_is_an_error() throws IOException {
        Files.createDirectory(directory.resolve("tasks"));

        assertThatThrownBy(() -> fill(TEMPLATE, directory.resolve("tasks")))
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith("there is no item in it.");
    }

    @Test
    void items_without_names_are_numbered_so_that_they_sort() throws IOException {
        var rows = "repo,prompt\n" + "shop,x\n".repeat(12);

        assertThat(fill(TEMPLATE, "items.csv", rows))
                .extracting(t -> t.name().replaceFirst(".*-", ""))
                .startsWith("01", "02")
                .endsWith("12");
    }

    @Test
    void an_item_is_called_as_its_parameter_item_says_which_the_template_need_not_use() throws IOException {
        var tasks = fill(TEMPLATE, "items.csv", "item,repo,prompt\nlogin,shop,x\ncart,shop,y\n");

        assertThat(tasks)
                .extracting(Manifest::name)
                .allMatch(name -> name.matches("template-[0-9a-f]{10}-(login|cart)"));
        assertThat(fill(TEMPLATE.replace("[fix]", "['{{item}}']"), "items.csv", "item,repo,prompt\nlogin,shop,x\n")
                        .getFirst()
                        .spec()
                        .at("/agent/command/0")
                        .asText())
                .isEqualTo("login");
    }

    @Test
    void the_templates_name_begins_that_of_the_batch_and_its_parameters_name_the_items() throws IOException {
        var template = TEMPLATE.replace("spec:", "metadata: {name: 'Fix-{{repo}}-{{n}}'}\nspec:");

        assertThat(fill(template, "items.csv", "repo,prompt,n\nShop,x,7\n")
                        .getFirst()
                        .name())
                .matches("fix-[0-9a-f]{10}-shop-7");
    }

    @Test
    void two_items_of_one_name_or_one_that_is_none_are_errors_that_name_their_places() {
        assertThatThrownBy(() -> fill(TEMPLATE, "items.csv", "item,repo,prompt\na,shop,x\na,blog,x\nB c,blog,x\n"))
                .hasMessageContaining("items.csv, line 3 and ")
                .hasMessageContaining("items.csv, line 2 are both called a")
                .hasMessageContaining("items.csv, line 4: the parameter item is the item's name, and 'B c' is none");
    }

    @Test
    void the_name_of_a_batch_follows_from_template_items_and_options() throws IOException {
        var items = Files.writeString(directory.resolve("items.csv"), "repo,prompt\nshop,x\n");
        var none = batch(TEMPLATE, items, BatchOptions.NONE).name();

        assertThat(batch(TEMPLATE, items, BatchOptions.NONE).name()).isEqualTo(none);
        assertThat(batch(TEMPLATE, items, canary(1)).name()).isNotEqualTo(none);
        assertThat(batch(TEMPLATE.replace("fix", "mend"), items, BatchOptions.NONE)
                        .name())
                .isNotEqualTo(none);
        Files.writeString(items, "repo,prompt\nshop,y\n");
        assertThat(batch(TEMPLATE, items, BatchOptions.NONE).name()).isNotEqualTo(none);
    }

    @Test
    void what_of_the_templates_spec_follows_the_batch_is_moved_there() throws IOException {
        var items = Files.writeString(directory.resolve("items.csv"), "repo,prompt\nshop,x\n");

        var batch = batch(TEMPLATE + "  suspend: true\n  ttlSecondsAfterFinished: 60\n", items, canary(1));

        assertThat(batch.spec().path("suspend").asBoolean()).isTrue();
        assertThat(batch.spec().path("ttlSecondsAfterFinished").asInt()).isEqualTo(60);
        assertThat(batch.spec().path("canary").asInt()).isEqualTo(1);
        assertThat(batch.spec().at("/template/spec").has("suspend")).isFalse();
        assertThat(PlannedBatch.tasks(batch)).hasSize(1);
    }

    @Test
    void braces_within_a_list_that_is_a_value_are_no_parameters() throws IOException {
        var template = TEMPLATE + "  setup: [{name: first, run: '{{prompt}}'}]\n  verify: {commands: '{{checks}}'}\n";

        var spec = fill(template, "items.jsonl", """
                {"repo": "shop", "prompt": "Fix", "checks": [{"name": "test", "run": "echo {{repo}} \\\\{{x}}"}]}
                """).getFirst().spec();

        assertThat(spec.at("/verify/commands/0/run").asText()).isEqualTo("echo {{repo}} \\{{x}}");
        assertThat(spec.at("/setup/0/run").asText()).isEqualTo("Fix");
    }

    @Test
    void labels_of_the_template_are_filled_too() throws IOException {
        var template = TEMPLATE.replace("spec:", "metadata: {labels: {about: '{{repo}}'}}\nspec:");

        assertThat(fill(template, "items.csv", "repo,prompt\nshop,x\n")
                        .getFirst()
                        .metadata()
                        .at("/labels/about")
                        .asText())
                .isEqualTo("shop");
    }

    @Test
    void more_items_than_a_batch_has_room_for_are_an_error_that_says_what_to_do() {
        assertThatThrownBy(() -> fill(TEMPLATE, "items.csv", "repo,prompt\n" + "shop,x\n".repeat(1001)))
                .hasMessageContaining("has 1001 items, and a batch has at most 1000")
                .hasMessageContaining("Split it over several files");
        assertThatThrownBy(() ->
                        fill(TEMPLATE, "items.csv", "repo,prompt\n" + ("shop," + "x".repeat(60000) + "\n").repeat(30)))
                .hasMessageContaining("1.8 MB, and an object in Kubernetes has room for 1.3 MB")
                .hasMessageContaining("Split the items over several batches");
    }

    @Test
    void a_batch_is_no_template() throws IOException {
        var file = Files.writeString(
                directory.resolve("batch.yaml"),
                "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTaskBatch\nspec: {}\n");

        assertThatThrownBy(() -> new ManifestReader(InputStream.nullInputStream()).readOne(file))
                .hasMessageContaining("kubectl agenttask submit ");
    }

    private static BatchOptions canary(int count) {
        return new BatchOptions(Optional.empty(), Optional.of(count), Optional.empty(), Optional.empty());
    }

    private List<Manifest> fill(String template, String file, String items) throws IOException {
        return fill(template, Files.writeString(directory.resolve(file), items));
    }

    private List<Manifest> fill(String template, Path items) throws IOException {
        return PlannedBatch.tasks(batch(template, items, BatchOptions.NONE));
    }

    private Manifest batch(String template, Path items, BatchOptions options) throws IOException {
        var file = Files.writeString(directory.resolve("template.yaml"), template);
        var manifest = new ManifestReader(InputStream.nullInputStream()).readOne(file);
        return TaskNames.named(new Template(manifest).fill(items, options));
    }
}
