package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short chaos run, with each kind of trouble once. The long one is {@code make soak}. */
class SoakClusterIT {

    private static final int TASKS = 12;

    @Test
    void nothing_is_lost_done_twice_or_left_behind_when_everything_around_the_tasks_is_killed() {
        var tally = new Soak(1, TASKS, Soak.drawSeed()).run(System.out);

        assertThat(tally.clean()).as(tally.toString()).isTrue();
    }
}
