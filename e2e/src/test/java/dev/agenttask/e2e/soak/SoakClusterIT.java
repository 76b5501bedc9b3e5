package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A short chaos run, with each kind of trouble once. It is always the same one, so that a change that breaks it is told
 * from bad luck; {@code make soak} draws new ones.
 */
@Isolated
class SoakClusterIT {

    private static final int TASKS = 12;
    /** In this one a sandbox dies between two steps, which the kubelet does not recover from. */
    private static final long SEED = 954033;

    @Test
    void nothing_is_lost_done_twice_or_left_behind_when_everything_around_the_tasks_is_killed() {
        var tally = new Soak(1, TASKS, SEED).run(System.out);

        assertThat(tally.clean()).as(tally.toString()).isTrue();
    }
}
