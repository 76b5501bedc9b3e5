package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskValidatorTest {

    private static final TaskValidator BY_DEFAULT = new TaskValidator(PodPolicy.DEFAULT);
    private static final TaskValidator GENEROUS =
            new TaskValidator(new PodPolicy(PodPolicy.FIELDS, Set.of("example.com"), Set.of("example.com")));

    @Test
    void a_plain_task_has_no_mistakes() {
        assertThat(BY_DEFAULT.mistakes(TestTasks.stored().getSpec())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod: {priorityClassName: high}",
                "pod: {runtimeClassName: gvisor}",
                "pod: {tolerations: [{operator: Exists}]}",
                "pod: {labels: {app: shop}}",
                "pod: {labels: {example.com/app: shop}}",
                "pod: {annotations: {k8s.v1.cni.cncf.io/networks: host}}",
                "resources: {limits: {memory: -1Gi}}",
                "resources: {limits: {memory: 1Gi}, requests: {memory: 2Gi}}",
                "setup: [{name: slow, run: a, timeout: 9999h}]",
                "setup: [{name: slow, run: a, timeout: 99999999999999999999h}]"
            })
    void what_is_not_permitted_is_named_with_its_field(String line) {
        assertThat(mistakes(BY_DEFAULT, line))
                .singleElement()
                .asString()
                .contains("spec." + line.substring(0, line.indexOf(':')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod: {labels: {app.kubernetes.io/name: shop}}",
                "pod: {labels: {agenttask.dev/task-uid: other}}",
                "pod: {labels: {app: shop}}",
                "pod: {annotations: {container.apparmor.security.beta.kubernetes.io/agent: unconfined}}",
                "pod: {annotations: {sub.agenttask.dev/stop: now}}"
            })
    void reserved_and_bare_keys_are_refused_whatever_the_operator_permits(String line) {
        assertThat(mistakes(GENEROUS, line)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod: {priorityClassName: high, runtimeClassName: gvisor, tolerations: [{operator: Exists}]}",
                "pod: {labels: {example.com/team: shop}, annotations: {example.com/cost: \"1\"}}"
            })
    void what_the_operator_permits_is_permitted(String line) {
        assertThat(mistakes(GENEROUS, line)).isEmpty();
    }

    private static List<String> mistakes(TaskValidator validator, String line) {
        return validator.mistakes(TestTasks.stored(line).getSpec());
    }
}
