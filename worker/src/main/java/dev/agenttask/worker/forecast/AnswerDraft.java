package dev.agenttask.worker.forecast;

import dev.agenttask.api.Base;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Texts;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.worker.git.HeadFetcher.Fetched;
import dev.agenttask.worker.git.TrialMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer as it grows. However much conflicts, it stays as small as the line that the controller reads. */
final class AnswerDraft {

    private static final int LONGEST_NOTE = 300;
    private static final int LONGEST_REF = 200;
    /** UTF-16 code units of all paths together; one takes at most three bytes of UTF-8. */
    private static final int ROOM_FOR_PATHS = 200_000;

    private final ForecastPlan plan;
    private final Fetched fetched;
    private final Forecast.State[] states;
    private final String[] notes;
    private final int[] positions;
    private final int[] conflictCounts;
    private final int[] named;
    private final List<ForecastAnswer.Conflict> conflicts = new ArrayList<>();
    private int roomForPaths = ROOM_FOR_PATHS;

    AnswerDraft(ForecastPlan plan, Fetched fetched) {
        this.plan = plan;
        this.fetched = fetched;
        var count = plan.heads().size();
        states = new Forecast.State[count];
        Arrays.fill(states, Forecast.State.COMPARED);
        notes = new String[count];
        Arrays.fill(notes, "");
        positions = new int[count];
        conflictCounts = new int[count];
        named = new int[count];
    }

    void notCompared(int head, Forecast.State state, String note) {
        states[head] = state;
        notes[head] = Texts.cut(note, LONGEST_NOTE);
    }

    void conflictWithBase(int head, TrialMerge.Outcome outcome) {
        conflictCounts[head]++;
        name(head, null, outcome);
    }

    void conflict(int one, int other, TrialMerge.Outcome outcome) {
        conflictCounts[one]++;
        conflictCounts[other]++;
        if (named[one] < Forecast.MAX_CONFLICTS || named[other] < Forecast.MAX_CONFLICTS) {
            named[other]++;
            name(one, other, outcome);
        }
    }

    private void name(int head, @Nullable Integer other, TrialMerge.Outcome outcome) {
        named[head]++;
        var paths = outcome.conflicts().stream()
                .limit(Forecast.MAX_PATHS)
                .map(path -> PathName.of(path) + (outcome.tooLarge().contains(path) ? " (too large to compare)" : ""))
                .toList();
        roomForPaths -= paths.stream().mapToInt(String::length).sum();
        conflicts.add(new ForecastAnswer.Conflict(
                head, other, outcome.conflicts().size(), roomForPaths < 0 ? List.of() : paths));
    }

    int[] conflictCounts() {
        return conflictCounts.clone();
    }

    /** Gives each its place, in that order. */
    void order(List<Integer> heads) {
        for (var i = 0; i < heads.size(); i++) {
            positions[heads.get(i)] = i + 1;
        }
    }

    /** Those that conflict with the base: there is something to do before one of them can be merged. */
    List<Integer> conflictingWithBase() {
        return conflicts.stream()
                .filter(conflict -> conflict.other() == null)
                .map(ForecastAnswer.Conflict::head)
                .toList();
    }

    ForecastAnswer build(int overlapping, int merges) {
        var heads = new ArrayList<ForecastAnswer.Head>();
        for (var i = 0; i < plan.heads().size(); i++) {
            var head = plan.heads().get(i);
            heads.add(new ForecastAnswer.Head(
                    head.task(), head.branch(), head.commit(), states[i], notes[i], positions[i], conflictCounts[i]));
        }
        var base = new Base(
                Texts.cut(fetched.base().ref(), LONGEST_REF), fetched.base().commit());
        return new ForecastAnswer(base, heads, conflicts, overlapping, merges, 0);
    }
}
