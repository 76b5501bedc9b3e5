package dev.agenttask.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.controller.task.TestTasks;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where an attempt begins that is to go on with the work of those before it. */
class AttemptInputTest {

    private static final String WIP = "refs/agenttask/wip/fix-7d3f9/";

    @Test
    void an_attempt_goes_on_with_the_work_of_the_one_before() {
        assertThat(resumeFrom(stalled(1))).containsExactly(WIP + 1);
    }

    @Test
    void an_attempt_between_that_left_nothing_does_not_lose_the_work_before_it() {
        assertThat(resumeFrom(stalled(1), ended(2, FailureClass.AGENT, "SetupFailed", "")))
                .containsExactly(WIP + 1);
        assertThat(resumeFrom(stalled(1), ended(2, FailureClass.CANCELLED, "Suspended", "")))
                .containsExactly(WIP + 1);
        assertThat(resumeFrom(stalled(1), lost(2), lost(3))).containsExactly(WIP + 3, WIP + 2, WIP + 1);
    }

    @Test
    void what_is_before_the_latest_work_does_not_matter() {
        assertThat(resumeFrom(stalled(1), lost(2), stalled(3), lost(4))).containsExactly(WIP + 4, WIP + 3);
    }

    @Test
    void work_that_an_attempt_has_undone_does_not_come_back() {
        assertThat(resumeFrom(stalled(1), ended(2, FailureClass.AGENT, "NoChange", "")))
                .isEmpty();
    }

    @Test
    void only_what_is_gone_on_with_binds_the_base() {
        assertThat(input(stalled(1), ended(2, FailureClass.AGENT, "SetupFailed", ""))
                        .repository()
                        .commit())
                .isEqualTo("1".repeat(40));
        assertThat(input(ended(1, FailureClass.AGENT, "SetupFailed", ""))
                        .repository()
                        .commit())
                .isEmpty();
    }

    @Test
    void a_task_that_does_not_ask_for_it_begins_anew() {
        var task = TestTasks.stored("retry: {agent: 3}");
        task.setStatus(status(stalled(1)));
        assertThat(new AttemptInput(task, 2, "x").resumeFrom()).isEmpty();
    }

    private static List<String> resumeFrom(Attempt... attempts) {
        return input(attempts).resumeFrom();
    }

    private static AttemptInput input(Attempt... attempts) {
        AgentTask task = TestTasks.stored("retry: {agent: 3, resume: true}");
        task.setStatus(status(attempts));
        return new AttemptInput(task, attempts.length + 1, "x");
    }

    private static AgentTaskStatus status(Attempt... attempts) {
        var base = new Base("refs/heads/main", "1".repeat(40));
        return new AgentTaskStatus(null, null, List.of(), base, List.of(attempts), null, null, null, null, null);
    }

    private static Attempt stalled(int number) {
        return ended(number, FailureClass.AGENT, "Stalled", WIP + number);
    }

    private static Attempt lost(int number) {
        return ended(number, FailureClass.INFRASTRUCTURE, "PodDeleted", "");
    }

    private static Attempt ended(int number, FailureClass failureClass, String reason, String wipRef) {
        return new Attempt(
                number,
                "fix-" + number,
                null,
                null,
                null,
                Attempt.Outcome.FAILED,
                failureClass,
                reason,
                "",
                wipRef,
                "",
                null);
    }
}
