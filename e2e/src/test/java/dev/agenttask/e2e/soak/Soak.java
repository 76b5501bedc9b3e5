package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.Installation;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The chaos run: {@code make soak}.
 *
 * @param rounds how many
 * @param tasks of each
 * @param seed of the first round; each further one has the next number, so that any of them can be repeated alone
 */
record Soak(int rounds, int tasks, long seed) {

    /** Whether the node is the one of {@code make cluster}, whose daemons may be killed. */
    static final boolean SINGLE_NODE =
            System.getenv().getOrDefault("CLUSTER", "single").equals("single");

    private static final Set<Strike.Kind> ON_SINGLE_NODE_ONLY =
            EnumSet.of(Strike.Kind.API_SERVER_RESTARTED, Strike.Kind.SHIM_KILLED);

    /** ROUNDS, TASKS and SEED; without a seed it draws one. Exits with 1 if anything was lost, done twice or left. */
    public static void main(String[] arguments) {
        var soak = new Soak(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                arguments.length > 2 ? Long.parseLong(arguments[2]) : drawSeed());
        var tally = soak.run(System.out);
        System.out.println(tally);
        System.exit(tally.clean() ? 0 : 1);
    }

    static long drawSeed() {
        return ThreadLocalRandom.current().nextInt(1, 1_000_000);
    }

    /** Makes all rounds, whatever they find. */
    Tally run(PrintStream out) {
        var report = new Report(out);
        report.line("%d rounds of %d tasks, seed %d".formatted(rounds, tasks, seed));
        var tally = Tally.start(seed);
        skipOldEvents(report);
        for (int i = 0; i < rounds; i++) {
            report.line("round %d of %d, seed %d".formatted(i + 1, rounds, seed + i));
            report.roundBegins();
            tally = tally.and(tasks, round(RoundPlan.of(seed + i, tasks, possible()), report));
        }
        if (!SINGLE_NODE) {
            report.line("left out, as this is not the node of make cluster: "
                    + ON_SINGLE_NODE_ONLY.stream().map(Strike.Kind::words).toList() + ", and a look at the volumes");
        }
        return tally;
    }

    private static Set<Strike.Kind> possible() {
        var kinds = EnumSet.allOf(Strike.Kind.class);
        if (!SINGLE_NODE) {
            kinds.removeAll(ON_SINGLE_NODE_ONLY);
        }
        return kinds;
    }

    private static void skipOldEvents(Report report) {
        try (var installation = Installation.connect()) {
            Broker.skip(installation);
        } catch (Exception | AssertionError e) {
            report.line("could not pass over what stands on Kafka: " + e);
        }
    }

    /** A round that breaks off counts as one loss, and the next one is made all the same. */
    private static List<Violation> round(RoundPlan plan, Report report) {
        try (var installation = Installation.connect();
                var round = new Round(installation, plan, report)) {
            return round.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(broken(e));
        } catch (Exception | AssertionError e) {
            var violation = broken(e);
            report.line("VIOLATION " + violation);
            return List.of(violation);
        }
    }

    private static Violation broken(Throwable cause) {
        var trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        return new Violation(Violation.Kind.LOST, "", "the round could not be finished: " + trace);
    }
}
