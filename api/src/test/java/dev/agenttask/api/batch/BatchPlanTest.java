package dev.agenttask.api.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {

    @Test
    void every_item_is_a_task_with_its_parameters_in_the_template() {
        var plan = BatchPlan.of(batch("{name: i0, parameters: {module: m0}}, {name: i1, parameters: {module: m1}}"));

        assertThat(plan.mistakes()).isEmpty();
        assertThat(plan.tasks())
                .extracting(t -> t.number() + " " + t.name() + " "
                        + t.spec().path("prompt").textValue())
                .containsExactly("0 tidy-i0 Tidy m0.", "1 tidy-i1 Tidy m1.");
    }

    @Test
    void overrides_are_merged_into_the_template_before_parameters_are_inserted() {
        var plan = BatchPlan.of(batch("{name: a, parameters: {module: m, r: dev}, overrides:"
                + " {priority: 7, repository: {ref: \"{{r}}\"}, agent: null, prompt: \"{{item}} {{module}}\"}}"));

        var spec = plan.tasks().getFirst().spec();
        assertThat(spec.path("priority").intValue()).isEqualTo(7);
        assertThat(spec.path("repository").path("ref").textValue()).isEqualTo("dev");
        assertThat(spec.path("repository").path("url").textValue()).endsWith("shop.git");
        assertThat(spec.path("prompt").textValue()).isEqualTo("a m");
        assertThat(spec.has("agent")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: a}                                                              | uses {{module}}: give the item parameter module
            {name: a, parameters: {module: m, x: 1, b: 2}}                         | does not use {{b}}, {{x}}: use them there, or remove
            {name: a, parameters: {module: m, item: b}}                            | The parameter item is the item's name
            {name: a, parameters: {module: m}, overrides: {suspend: true}}         | spec.suspend of a task follows the batch
            {name: a, parameters: {module: m}, overrides: {ttlSecondsAfterFinished: 1}} | spec.ttlSecondsAfterFinished
            {name: a2345678901234567890123456789012345678901234567890123456789, parameters: {module: m}} | more than 63 characters
            """)
    void a_mistake_names_the_item_the_parameter_and_what_to_do(String item, String words) {
        var plan = BatchPlan.of(batch(item));

        assertThat(plan.tasks()).isEmpty();
        assertThat(plan.mistakes()).singleElement().satisfies(mistake -> {
            assertThat(mistake.item()).startsWith("a");
            assertThat(mistake.reason()).isEqualTo("InvalidItem");
            assertThat(mistake.message()).contains(words);
        });
    }

    @Test
    void only_the_items_with_mistakes_are_named() {
        var plan = BatchPlan.of(batch("{name: good, parameters: {module: m}}, {name: bad}"));

        assertThat(plan.mistakes()).extracting(BatchProblem::item).containsExactly("bad");
    }

    @Test
    void a_parameter_alone_in_a_field_that_is_a_number_or_a_boolean_is_one() {
        var overrides = "priority: '{{n}}', retry: {agent: '{{n}}', resume: '{{yes}}'}, limits: {deadline: '{{n}}'},"
                + " repository: {ref: '{{n}}', depth: '{{word}}'}, pod: {tolerations: [{tolerationSeconds: '{{n}}'}]},"
                + " prompt: '{{n}} {{module}}'";
        var plan =
                BatchPlan.of(batch("{name: a, parameters: {module: m, n: \"-7\", yes: \"true\", word: x}, overrides: {"
                        + overrides + "}}"));

        var spec = plan.tasks().getFirst().spec();
        assertThat(spec.path("priority").isIntegralNumber()).isTrue();
        assertThat(spec.path("priority").intValue()).isEqualTo(-7);
        assertThat(spec.at("/retry/agent").isIntegralNumber()).isTrue();
        assertThat(spec.at("/retry/resume").isBoolean()).isTrue();
        assertThat(spec.at("/pod/tolerations/0/tolerationSeconds").isIntegralNumber())
                .isTrue();
        assertThat(spec.at("/limits/deadline").isTextual()).isTrue();
        assertThat(spec.at("/repository/ref").isTextual()).isTrue();
        assertThat(spec.at("/repository/depth").textValue())
                .as("what reads like no number is left to the API server")
                .isEqualTo("x");
        assertThat(spec.path("prompt").textValue()).isEqualTo("-7 m");
    }

    @Test
    void labels_and_annotations_of_the_template_have_the_items_parameters_too() {
        var plan = BatchPlan.of(batch("{name: a, parameters: {module: m, who: web}}", """
                    labels: {team: "{{who}}", part: "{{item}}"}
                    annotations: {example.com/about: "{{module}} of {{who}}"}
                """));

        assertThat(plan.mistakes()).isEmpty();
        assertThat(plan.tasks().getFirst().labels()).isEqualTo(Map.of("team", "web", "part", "a"));
        assertThat(plan.tasks().getFirst().annotations()).isEqualTo(Map.of("example.com/about", "m of web"));
    }

    private static AgentTaskBatch batch(String items) {
        return batch(items, "");
    }

    private static AgentTaskBatch batch(String items, String metadata) {
        return Serialization.unmarshal("""
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: tidy}
                spec:
                  template:
                %s    spec:
                      repository: {url: "https://git.example.com/acme/shop.git", ref: main}
                      prompt: Tidy {{module}}.
                      agent: {type: command, command: [sh, -c, "true"]}
                  items: [%s]
                """.formatted(metadata, items), AgentTaskBatch.class);
    }
}
