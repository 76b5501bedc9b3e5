package dev.agenttask.api.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.AgentTaskJson;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {

    private static final Map<String, String> VALUES =
            Map.of("a", "1", "b-2", "two", "evil", "x\", \"cancel\": {{a}} $1 \\");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {{a}}                    | 1
            {{ a }}/{{b-2}}/{{a}}    | 1/two/1
            \\{{a}}                  | {{a}}
            {{ .Values.a }}          | {{ .Values.a }}
            ${a} {a} {{}} {{1a}} }}  | ${a} {a} {{}} {{1a}} }}
            {{{a}}}                  | {1}
            """)
    void names_in_two_braces_are_replaced_and_nothing_else(String text, String expected) {
        assertThat(Parameters.insert(text, VALUES)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {{a}}
            \\{{ a }} {{b-2}} \\\\{{a}}
            {{{a}}}
            """)
    void what_is_escaped_comes_out_as_it_was(String text) {
        assertThat(Parameters.insert(Parameters.escaped(text), VALUES)).isEqualTo(text);
        assertThat(Parameters.of(Parameters.escaped(text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {{ a }}   | a
            x{{a}}    | ''
            {{a}}{{b}} | ''
            \\{{a}}  | ''
            """)
    void a_text_may_be_one_parameter_and_nothing_else(String text, String name) {
        assertThat(Parameters.alone(text).orElse("")).isEqualTo(name);
    }

    @Test
    void a_value_stays_within_its_string_and_is_not_looked_into() {
        var filled = Parameters.insert(json("{'prompt': 'Do {{evil}}!', 'list': [1, true, null, '{{a}}']}"), VALUES);

        assertThat(filled.path("prompt").textValue()).isEqualTo("Do x\", \"cancel\": {{a}} $1 \\!");
        assertThat(filled.path("list")).isEqualTo(json("[1, true, null, '1']"));
        assertThat(filled.size()).isEqualTo(2);
    }

    @Test
    void the_names_are_found_wherever_a_string_stands_but_not_in_keys() {
        assertThat(Parameters.of(json("{'{{key}}': '{{x}}', 'a': [{'b': '{{y}} {{x}} \\\\{{z}}'}]}")))
                .containsExactly("x", "y");
    }

    @Test
    void a_parameter_without_a_value_is_named() {
        assertThatThrownBy(() -> Parameters.insert("{{c}}", VALUES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("parameter c");
    }

    private static JsonNode json(String singleQuoted) {
        try {
            return AgentTaskJson.MAPPER.readTree(singleQuoted.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
