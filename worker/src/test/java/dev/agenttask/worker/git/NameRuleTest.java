package dev.agenttask.worker.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameRuleTest {

    private final NameRule rule = new NameRule();

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".git",
                ".GIT",
                ".gIt",
                ".git.",
                ".git ",
                ".git . .",
                "git~1",
                "GIT~1",
                "git~2",
                ".git::$INDEX_ALLOCATION",
                ".git:x",
                ".g\u200cit",
                ".\u200dgit",
                ".git\ufeff",
                ".",
                ".."
            })
    void names_that_some_system_takes_for_git_are_not_permitted(String name) {
        assertThat(rule.permits(name.getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".gitignore",
                ".gitattributes",
                ".gitmodules",
                ".github",
                ".gitlab-ci.yml",
                "git",
                "aux.c",
                "con",
                "a:b",
                "a\\b",
                "trailing ",
                "dot.",
                "new\nline",
                "ü"
            })
    void other_names_are_permitted_though_not_every_system_has_a_place_for_them(String name) {
        assertThat(rule.permits(name.getBytes(StandardCharsets.UTF_8))).isTrue();
    }
}
