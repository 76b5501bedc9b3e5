package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ApiServer.class)
class SchemaIT {

    private ApiServer.Running server;
    private String namespace;

    @BeforeEach
    void prepare(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    both prompts        | promptFrom: {configMapKeyRef: {name: a, key: b}}   | exactly one of prompt and promptFrom
                    password in the URL | repository: {url: "https://u:p@git.example.com/a"} | spec.repository.url
                    unknown field       | modle: gpt                                         | unknown field "spec.modle"
                    bad duration        | limits: {deadline: soon}                           | spec.limits.deadline
                    long deadline       | limits: {deadline: 200h}                           | must be between 10s and 168h
                    bad ref             | repository: {url: "https://git.example.com/a", ref: "a..b"} | spec.repository.ref
                    bad branch          | delivery: {branch: "a..b"}                         | spec.delivery.branch
                    priority            | priority: 99999999                                 | spec.priority
                    no command          | agent: {type: command}                             | spec.agent.command
                    unknown agent       | agent: {type: magic, command: [x]}                 | spec.agent.type
                    unknown output      | agent: {type: command, command: [x], output: xml}  | spec.agent.output
                    model of two words  | agent: {type: command, command: [x], model: "a b"} | spec.agent.model
                    reserved variable   | agent: {type: command, command: [x], env: [{name: AGENTTASK_X}]} | must not begin with AGENTTASK_
                    two of one name     | verify: {commands: [{name: a, run: b}, {name: a, run: c}]} | Duplicate value
                    no checks           | verify: {commands: []}                             | spec.verify.commands
                    """)
    void an_invalid_spec_is_refused_with_its_field_and_the_reason(String name, String line, String said) {
        assertThat(apply(task("fix", line))).contains(said).doesNotContain("created");
    }

    @Test
    void a_task_without_a_spec_is_refused() {
        assertThat(apply("apiVersion: agenttask.dev/v1alpha1\nkind: AgentTask\nmetadata: {name: fix}\n"))
                .contains("spec: Required value");
    }

    @Test
    void a_name_that_is_too_long_is_refused() {
        assertThat(apply(task("x".repeat(64), "priority: 1"))).contains("at most 63");
        assertThat(apply(task("dotted.name", "priority: 1"))).contains("metadata.name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    prompt: Something else.
                    repository: {url: "https://git.example.com/other.git"}
                    setup: [{name: a, run: b}]
                    verify: {commands: [{name: a, run: b}]}
                    delivery: {type: None}
                    limits: {deadline: 2h}
                    priority: 7
                    pod: {nodeSelector: {a: b}}
                    resources: {limits: {cpu: 1}}
                    """)
    void what_a_task_is_about_never_changes(String line) {
        assertThat(apply(task("fix", "suspend: true"))).contains("created");
        assertThat(apply(task("fix", line))).contains("is immutable").contains("Create a new one");
    }

    @Test
    void suspend_cancel_and_the_ttl_may_change() {
        assertThat(apply(task("fix", "suspend: true"))).contains("created");
        assertThat(apply(task("fix", "suspend: false"))).contains("configured");
        assertThat(apply(task("fix", "cancel: true"))).contains("configured");
        assertThat(apply(task("fix", "ttlSecondsAfterFinished: 60"))).contains("configured");
    }

    @Test
    void what_is_not_given_has_the_defaults_that_explain_tells() {
        apply(task("fix", "suspend: true"));

        assertThat(server.kubectl(
                        "",
                        "-n",
                        namespace,
                        "get",
                        "at",
                        "fix",
                        "-o",
                        "jsonpath={.spec.retry} {.spec.limits} {.spec.delivery} {.spec.agent}"))
                .contains("\"infrastructure\":3", "\"agent\":0", "\"backoff\":\"10s\"")
                .contains("\"deadline\":\"1h\"", "\"stall\":\"10m\"", "\"workspaceSize\":\"10Gi\"")
                .contains("\"type\":\"Branch\"")
                .contains("\"output\":\"text\"");
    }

    @Test
    void the_longest_prompt_and_the_most_scripts_are_accepted() {
        var scripts = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            scripts.append("{name: s")
                    .append(i)
                    .append(", run: \"")
                    .append("x".repeat(4000))
                    .append("\"},");
        }
        assertThat(create(task("fix", "prompt: \"" + "y".repeat(65536) + "\"", "setup: [" + scripts + "]")))
                .contains("created");
    }

    @Test
    void the_columns_come_in_the_order_in_which_people_read_them() {
        apply(task("fix", "suspend: true"));
        assertThat(columns()).containsExactly("NAME", "PHASE", "STEP", "VERIFIED", "ATTEMPT", "RESULT", "AGE");
        assertThat(columns("-o", "wide")).contains("AGENT", "BASE", "COMMIT", "TOKENS", "COST");
    }

    @Test
    void explain_tells_what_a_field_is_for() {
        assertThat(server.kubectl("", "explain", "at.spec.agent"))
                .contains("untrusted program", "command", "image", "-required-");
        assertThat(server.kubectl("", "explain", "at.status.conditions")).contains("lastTransitionTime");
    }

    private String[] columns(String... options) {
        var arguments = Stream.concat(Stream.of("-n", namespace, "get", "at"), Stream.of(options));
        var output = server.kubectl("", arguments.toArray(String[]::new));
        return output.lines().findFirst().orElse("").split(" +");
    }

    private String apply(String yaml) {
        return server.kubectl(yaml, "-n", namespace, "apply", "--validate=strict", "-f", "-");
    }

    private String create(String yaml) {
        return server.kubectl(yaml, "-n", namespace, "create", "--validate=strict", "-f", "-");
    }

    /** A task in which a line replaces the field of the same name. */
    private static String task(String name, String... lines) {
        var fields = new java.util.LinkedHashMap<String, String>();
        fields.put("repository", "repository: {url: \"https://git.example.com/acme/shop.git\"}");
        fields.put("prompt", "prompt: Make the tests pass.");
        fields.put("agent", "agent: {type: command, command: [sh]}");
        for (var line : lines) {
            fields.put(line.substring(0, line.indexOf(':')), line);
        }
        return "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTask\nmetadata: {name: " + name + "}\nspec:\n  "
                + String.join("\n  ", fields.values()) + "\n";
    }
}
