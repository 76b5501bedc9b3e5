package dev.agenttask.worker.forecast;

import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.worker.git.HeadFetcher.Fetched;
import dev.agenttask.worker.git.HeadFetcher.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/**
 * Where each result has left the base.
 *
 * @param points the commit that result and base have in common, which is the result's own where the base has it; empty
 *     where there is none, and for results that were not fetched
 * @param certain whether more history would not change that
 */
record Forks(List<Optional<ObjectId>> points, boolean certain) {

    /**
     * Looks for them in the history that was fetched.
     *
     * @throws IOException if the repository cannot be read
     */
    static Forks of(Repository repository, ForecastPlan plan, Fetched fetched) throws IOException {
        var points = new ArrayList<Optional<ObjectId>>();
        var certain = true;
        try (var walk = new RevWalk(repository)) {
            var base = ObjectId.fromString(fetched.base().commit());
            for (var i = 0; i < plan.heads().size(); i++) {
                var head = plan.heads().get(i);
                var here = fetched.places().get(i) == Place.HERE;
                var point = here ? common(walk, base, ObjectId.fromString(head.commit())) : Optional.<ObjectId>empty();
                points.add(point);
                certain &= !here || isKnown(point, head);
            }
        }
        return new Forks(List.copyOf(points), certain);
    }

    /** In a part of the history an older commit may be found than the one; what the task itself started from is it. */
    private static boolean isKnown(Optional<ObjectId> point, ForecastPlan.Head head) {
        return point.map(ObjectId::name)
                .filter(id -> id.equals(head.base()) || id.equals(head.commit()))
                .isPresent();
    }

    private static Optional<ObjectId> common(RevWalk walk, ObjectId base, ObjectId head) throws IOException {
        walk.reset();
        walk.setRevFilter(RevFilter.MERGE_BASE);
        walk.markStart(walk.parseCommit(base));
        walk.markStart(walk.parseCommit(head));
        return Optional.ofNullable(walk.next()).map(RevCommit::getId);
    }
}
