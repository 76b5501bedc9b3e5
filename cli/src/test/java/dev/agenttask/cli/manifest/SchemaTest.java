package dev.agenttask.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {

    private static final String GOOD = """
            repository: {url: "https://git.example.com/acme/shop.git"}
            prompt: Fix
            agent: {type: command, command: [fix]}
            resources: {limits: {cpu: 1, memory: 1Gi}}
            """;

    @Test
    void a_good_spec_has_no_mistakes() {
        assertThat(mistakes(GOOD)).isEmpty();
    }

    @Test
    void an_unknown_field_is_told_with_those_that_there_are() {
        assertThat(mistakes(GOOD + "delivery: {brnach: x}\n"))
                .singleElement()
                .asString()
                .startsWith("spec.delivery.brnach: there is no such field. Here can be: ")
                .contains("branch");
    }

    @Test
    void a_missing_field_is_told() {
        assertThat(mistakes("prompt: Fix\nagent: {type: command}\n"))
                .contains("spec.repository: is required")
                .anyMatch(m -> m.startsWith("spec.agent.command: is required for type command"));
    }

    @Test
    void wrong_values_are_told_with_what_they_must_be() {
        assertThat(mistakes(GOOD + "priority: high\nsuspend: maybe\nlimits: {deadline: soon}\nsetup: {}\n"))
                .satisfiesExactlyInAnyOrder(
                        m -> assertThat(m).isEqualTo("spec.priority: must be a whole number, and is 'high'"),
                        m -> assertThat(m).startsWith("spec.suspend: must be true or false"),
                        m -> assertThat(m).startsWith("spec.limits.deadline: is 'soon', which does not match"),
                        m -> assertThat(m).isEqualTo("spec.setup: must be a list, and is an object"));
    }

    @Test
    void an_unknown_type_of_agent_is_told_with_those_that_there_are() {
        assertThat(mistakes(GOOD.replace("type: command", "type: wizard")))
                .singleElement()
                .asString()
                .startsWith("spec.agent.type: is 'wizard', and must be one of [\"command\"");
    }

    private static List<String> mistakes(String spec) {
        return Schema.of(Kind.TASK).mistakesOfSpec(Yaml.documents("spec", spec).getFirst());
    }
}
