package dev.agenttask.e2e.soak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a round does, all of which follows from its seed.
 *
 * @param seed that it was made of
 * @param tasks in the order in which they start
 * @param strikes in the order in which they come
 */
record RoundPlan(long seed, List<TaskPlan> tasks, List<Strike> strikes) {

    /** Tasks between two strikes, beyond the ones that every round has. */
    private static final int TASKS_PER_STRIKE = 3;
    /** What a round may have several of: what costs little time. */
    private static final List<Strike.Kind> OFTEN = List.of(
            Strike.Kind.POD_DELETED, Strike.Kind.POD_DELETED, Strike.Kind.SHIM_KILLED, Strike.Kind.CONTROLLER_KILLED);

    private static final List<Step> STEPS = List.of(Step.CLONE, Step.AGENT, Step.AGENT, Step.VERIFY, Step.DELIVER);

    /**
     * Makes a plan.
     *
     * @param possible kinds of strikes that this cluster permits; each of them comes once at least
     */
    static RoundPlan of(long seed, int tasks, Set<Strike.Kind> possible) {
        var random = new Random(seed);
        return new RoundPlan(seed, tasks(tasks, random), strikes(tasks, possible, random));
    }

    private static List<TaskPlan> tasks(int count, Random random) {
        var all = List.of(TaskKind.values());
        var kinds = new ArrayList<>(
                IntStream.range(0, count).mapToObj(i -> all.get(i % all.size())).toList());
        Collections.shuffle(kinds, random);
        return IntStream.range(0, count)
                .mapToObj(i -> new TaskPlan(i, kinds.get(i)))
                .toList();
    }

    private static List<Strike> strikes(int tasks, Set<Strike.Kind> possible, Random random) {
        var kinds = new ArrayList<>(EnumSet.copyOf(possible));
        kinds.remove(Strike.Kind.BROKER_STARTED);
        var often = OFTEN.stream().filter(possible::contains).toList();
        while (kinds.size() < tasks / TASKS_PER_STRIKE) {
            kinds.add(often.get(random.nextInt(often.size())));
        }
        Collections.shuffle(kinds, random);
        var strikes = new ArrayList<Strike>();
        for (int i = 0; i < kinds.size(); i++) {
            var from = i * tasks / kinds.size();
            var to = Math.max(from + 1, (i + 1) * tasks / kinds.size());
            var strike = new Strike(kinds.get(i), random.nextInt(from, to), STEPS.get(random.nextInt(STEPS.size())));
            strikes.add(strike);
            strikes.addAll(end(strike, tasks));
        }
        strikes.sort(Comparator.comparingInt(Strike::task).thenComparing(Strike::step));
        return List.copyOf(strikes);
    }

    /** A broker that was stopped is started again some tasks later. */
    private static Collection<Strike> end(Strike strike, int tasks) {
        return strike.kind() == Strike.Kind.BROKER_STOPPED
                ? List.of(new Strike(
                        Strike.Kind.BROKER_STARTED, Math.min(tasks - 1, strike.task() + tasks / 6), Step.OVER))
                : List.of();
    }
}
