package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specs that {@code kubectl apply} refuses, with the field and the reason. */
class InvalidSpecClusterIT {

    private static final String VALID = """
            apiVersion: agenttask.dev/v1alpha1
            kind: AgentTask
            metadata: {name: NAME}
            spec:
              repository: {url: "https://git.example.com/acme/shop.git"}
              prompt: Do it.
              agent: {type: command, command: [sh]}
              suspend: true
            """;

    private static Installation installation;
    private static TestNamespace namespace;

    @BeforeAll
    static void connect() {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "invalid");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            https://git               | https://user:secret@git        | spec.repository.url      | credentialsSecret
            https://git               | ftp://git                      | spec.repository.url      | http or https
            prompt: Do it.            | suspend: false                 | spec                     | exactly one of prompt and promptFrom
            prompt: Do it.            | promt: Do it.                  | spec.promt               | unknown field
            prompt: Do it.            | prompt: ""                     | spec.prompt              | at least 1
            type: command, command: [sh] | type: command               | spec.agent.command       | required for type command
            type: command             | type: robot                    | spec.agent.type          | "command"
            suspend: true             | limits: {deadline: 1 hour}     | spec.limits.deadline     | should match
            suspend: true             | limits: {deadline: 1s}         | spec.limits.deadline     | between 10s and 168h
            suspend: true             | limits: {workspaceSize: much}  | spec.limits.workspaceSize | should match
            suspend: true             | limits: {workspaceSize: 9999999999Ti} | spec.limits.workspaceSize | should match
            suspend: true             | setup: [{name: a, run: x, timeout: 0s}] | spec.setup[0].timeout | between 1s and 24h
            suspend: true             | delivery: {branch: a..b}       | spec.delivery.branch     | check-ref-format
            suspend: true             | verify: {commands: []}         | spec.verify.commands     | at least 1
            suspend: true             | verify: {commands: [{name: a, run: x}, {name: a, run: y}]} | spec.verify.commands | Duplicate
            NAME                      | a.b                            | <nil>                    | metadata.name must be at most 63
            """)
    void a_spec_is_refused_with_field_and_reason(String valid, String invalid, String field, String reason)
            throws Exception {
        var answer = kubectl(VALID.replace(valid, invalid).replace("NAME", "refused"), "apply", "-f", "-");

        assertThat(answer).contains(field).contains(reason);
        assertThat(namespace.task("refused").get()).isNull();
    }

    @Test
    void a_field_that_may_not_change_is_named() throws Exception {
        assertThat(kubectl(VALID.replace("NAME", "fixed"), "apply", "-f", "-")).contains("created");

        assertThat(kubectl(VALID.replace("NAME", "fixed").replace("Do it.", "Do more."), "apply", "-f", "-"))
                .contains("spec.prompt")
                .contains("is immutable");
        assertThat(kubectl(VALID.replace("NAME", "fixed").replace("suspend: true", "cancel: true"), "apply", "-f", "-"))
                .contains("configured");
    }

    @Test
    void explain_describes_the_agent() throws Exception {
        assertThat(kubectl("", "explain", "at.spec.agent"))
                .contains("untrusted program")
                .contains("command");
    }

    private static String kubectl(String input, String... arguments) throws IOException, InterruptedException {
        return new Kubectl(namespace.name()).run(input, arguments);
    }
}
