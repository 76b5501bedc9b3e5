package dev.agenttask.worker.git;

import dev.agenttask.api.Base;
import dev.agenttask.api.forecast.ForecastPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;

/** Fetches what a forecast looks at: the base, and the branches that are still at what was delivered. */
public final class HeadFetcher {

    private static final String BASE = "refs/agenttask/forecast/base";
    private static final String HEADS = "refs/agenttask/forecast/heads/";

    private final Repository ours;
    private final Remote remote;
    private final Retry retry;
    private final ForecastPlan plan;

    /** Fetches from {@code remote}, which is tried again as {@code retry} says while it is away, into {@code ours}. */
    public HeadFetcher(Repository ours, Remote remote, Retry retry, ForecastPlan plan) {
        this.ours = ours;
        this.remote = remote;
        this.retry = retry;
        this.plan = plan;
    }

    /** Where a branch is. */
    public enum Place {
        /** At the commit that was delivered, which was fetched. */
        HERE,
        /** At another one. */
        MOVED,
        /** Nowhere. */
        GONE
    }

    /**
     * What was fetched.
     *
     * @param base the ref's full name and its commit
     * @param places of the heads, in the order of the plan
     */
    public record Fetched(Base base, List<Place> places) {}

    /**
     * Fetches.
     *
     * @param depth how many commits of history; 0 for all
     * @return empty if there is no base of that name
     * @throws RemoteException if the remote cannot be read
     * @throws IOException if our repository cannot be written
     */
    public Optional<Fetched> fetch(int depth) throws RemoteException, IOException {
        // Both in one try: a branch that vanishes in between fails the second, and is not asked for again.
        return retry.run(() -> {
            var refs = advertised();
            var base = Cloner.find(refs, plan.ref());
            if (base.isEmpty()) {
                return Optional.empty();
            }
            var places = plan.heads().stream().map(head -> place(refs, head)).toList();
            fetch(specs(base.get(), places), depth);
            var tip = ours.resolve(BASE + "^{commit}");
            return tip == null
                    ? Optional.empty()
                    : Optional.of(new Fetched(new Base(base.get(), tip.name()), checked(places)));
        });
    }

    private Collection<Ref> advertised() throws RemoteException, IOException {
        var heads = plan.heads().stream()
                .map(head -> new RefSpec(Constants.R_HEADS + head.branch()))
                .toList();
        var wanted = plan.ref();
        var patterns = Stream.of(Constants.HEAD, wanted, Constants.R_HEADS + wanted, Constants.R_TAGS + wanted)
                .filter(pattern -> !pattern.isEmpty())
                .toArray(String[]::new);
        return remote.connect(ours, transport -> {
            try (var connection = transport.openFetch(heads, patterns)) {
                return connection.getRefs();
            }
        });
    }

    private static Place place(Collection<Ref> refs, ForecastPlan.Head head) {
        return refs.stream()
                .filter(ref -> ref.getName().equals(Constants.R_HEADS + head.branch()))
                .map(ref -> at(ref.getObjectId(), head))
                .findFirst()
                .orElse(Place.GONE);
    }

    private static Place at(ObjectId tip, ForecastPlan.Head head) {
        return tip.name().equals(head.commit()) ? Place.HERE : Place.MOVED;
    }

    private List<RefSpec> specs(String base, List<Place> places) {
        var specs = new ArrayList<RefSpec>();
        specs.add(new RefSpec("+" + base + ":" + BASE));
        Set<String> branches = new HashSet<>();
        for (var i = 0; i < places.size(); i++) {
            var branch = plan.heads().get(i).branch();
            if (places.get(i) == Place.HERE && branches.add(branch)) {
                specs.add(new RefSpec("+" + Constants.R_HEADS + branch + ":" + HEADS + i));
            }
        }
        return specs;
    }

    private void fetch(List<RefSpec> specs, int depth) throws RemoteException, IOException {
        remote.connect(ours, transport -> {
            transport.setTagOpt(TagOpt.NO_TAGS);
            transport.setDepth(depth > 0 ? depth : Constants.INFINITE_DEPTH);
            return transport.fetch(NullProgressMonitor.INSTANCE, specs);
        });
    }

    /** A branch may have moved while it was fetched. */
    private List<Place> checked(List<Place> places) throws IOException {
        var checked = new ArrayList<Place>();
        for (var i = 0; i < places.size(); i++) {
            var commit = ObjectId.fromString(plan.heads().get(i).commit());
            var lost = places.get(i) == Place.HERE && !ours.getObjectDatabase().has(commit);
            checked.add(lost ? Place.MOVED : places.get(i));
        }
        return checked;
    }
}
