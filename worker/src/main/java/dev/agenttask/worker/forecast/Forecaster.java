package dev.agenttask.worker.forecast;

import dev.agenttask.api.Forecast.State;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.worker.git.HeadFetcher.Fetched;
import dev.agenttask.worker.git.TreeDifference;
import dev.agenttask.worker.git.TreeDifference.Change;
import dev.agenttask.worker.git.TreeFiles;
import dev.agenttask.worker.git.TrialMerge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Compares results: each as a set of changes of the base as it is now, pair by pair where two of them touch the same paths,
 * and all of them one after another.
 */
final class Forecaster {

    /** Paths of one result, and of all together: what fits into the memory of the pod. */
    private static final int MAX_CHANGES = 20_000;

    private static final int MAX_ALL_CHANGES = 200_000;

    private final Repository repository;
    private final ForecastPlan plan;
    private final Fetched fetched;
    private final Forks forks;
    private final AnswerDraft draft;
    private int changesLeft = MAX_ALL_CHANGES;

    Forecaster(Repository repository, ForecastPlan plan, Fetched fetched, Forks forks) {
        this.repository = repository;
        this.plan = plan;
        this.fetched = fetched;
        this.forks = forks;
        this.draft = new AnswerDraft(plan, fetched);
    }

    /**
     * Compares.
     *
     * @throws IOException if the repository lacks an object
     */
    ForecastAnswer forecast() throws IOException {
        try (var reader = repository.newObjectReader()) {
            var merge = new TrialMerge(repository, reader);
            var candidates = candidates(reader, merge);
            var partners = Overlaps.of(candidates);
            var overlapping = 0;
            var merges = 0;
            for (var i = 0; i < candidates.size(); i++) {
                for (var j = partners.get(i).nextSetBit(0);
                        j >= 0;
                        j = partners.get(i).nextSetBit(j + 1)) {
                    overlapping++;
                    merges += compare(candidates.get(i), candidates.get(j), merge);
                }
            }
            var order = new ArrayList<>(new MergeOrder(merge).of(candidates, draft.conflictCounts()));
            order.addAll(draft.conflictingWithBase());
            draft.order(order);
            return draft.build(overlapping, merges);
        }
    }

    /** Returns how many merges that took. */
    private int compare(Candidate one, Candidate other, TrialMerge merge) throws IOException {
        var paths = Candidate.overlap(one.changes(), other.changes());
        if (paths.isEmpty()) {
            return 0;
        }
        var base = Candidate.before(paths, one.changes(), other.changes());
        var outcome = merge.merge(base, one.after(paths, base), other.after(paths, base));
        if (!outcome.clean()) {
            draft.conflict(one.head(), other.head(), outcome);
        }
        return 1;
    }

    private List<Candidate> candidates(ObjectReader reader, TrialMerge merge) throws IOException {
        var candidates = new ArrayList<Candidate>();
        try (var walk = new RevWalk(reader)) {
            var base = ObjectId.fromString(fetched.base().commit());
            var files = new TreeFiles(reader, walk.parseCommit(base).getTree());
            var rebase = new Rebase(files, merge, MAX_CHANGES);
            for (var i = 0; i < plan.heads().size(); i++) {
                candidate(i, walk, rebase, base).ifPresent(candidates::add);
            }
        }
        return candidates;
    }

    private Optional<Candidate> candidate(int head, RevWalk walk, Rebase rebase, ObjectId base) throws IOException {
        var result = plan.heads().get(head);
        switch (fetched.places().get(head)) {
            case GONE ->
                draft.notCompared(head, State.GONE, "The branch " + result.branch() + " is not there any more.");
            case MOVED ->
                draft.notCompared(
                        head,
                        State.MOVED,
                        "The branch " + result.branch() + " is not at the delivered commit any more.");
            case HERE -> {
                return fetched(head, walk, rebase, base);
            }
        }
        return Optional.empty();
    }

    private Optional<Candidate> fetched(int head, RevWalk walk, Rebase rebase, ObjectId base) throws IOException {
        var commit = ObjectId.fromString(plan.heads().get(head).commit());
        var fork = forks.points().get(head);
        if (fork.isEmpty()) {
            return incomparable(
                    head, "It has no commit in common with " + fetched.base().ref() + ".");
        }
        try {
            var changes = TreeDifference.between(
                    walk.getObjectReader(),
                    walk.parseCommit(fork.get()).getTree(),
                    walk.parseCommit(commit).getTree(),
                    Math.min(MAX_CHANGES, changesLeft));
            if (changes.isEmpty()) {
                return incomparable(
                        head,
                        "It changes too many files: " + MAX_CHANGES + " of one result, and " + MAX_ALL_CHANGES
                                + " of all together, are compared at most.");
            }
            var applied =
                    fork.get().equals(base) ? new Rebase.Outcome.Applies(changes.get()) : rebase.of(changes.get());
            return candidate(head, applied);
        } catch (CorruptObjectException | IncorrectObjectTypeException | IllegalArgumentException e) {
            return incomparable(head, "It is not what git makes.");
        }
    }

    private Optional<Candidate> candidate(int head, Rebase.Outcome outcome) {
        return switch (outcome) {
            case Rebase.Outcome.Applies applies -> applying(head, applies.changes());
            case Rebase.Outcome.TooMuch much -> incomparable(head, "Too many files are in its way.");
            case Rebase.Outcome.Conflicts conflicts -> {
                draft.conflictWithBase(head, conflicts.merge());
                yield Optional.empty();
            }
        };
    }

    private Optional<Candidate> applying(int head, NavigableMap<String, Change> changes) {
        if (changes.isEmpty()) {
            draft.notCompared(
                    head,
                    State.MERGED,
                    "Everything in it is in " + fetched.base().ref() + " already.");
            return Optional.empty();
        }
        changesLeft -= changes.size();
        return Optional.of(new Candidate(head, changes));
    }

    private Optional<Candidate> incomparable(int head, String why) {
        draft.notCompared(head, State.INCOMPARABLE, why);
        return Optional.empty();
    }
}
