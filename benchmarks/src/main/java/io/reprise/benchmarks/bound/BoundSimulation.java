package io.reprise.benchmarks.bound;

import io.reprise.benchmarks.bound.SimulatedRun.Outcome;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether the published bound on wrong hits covers the truth, and what it costs in hits and audits, in simulated worlds where the truth is
 * known.
 *
 * <pre>{@code
 * benchmarks/run bound --out benchmarks/results/bound.md     # about 10 minutes
 * }</pre>
 */
@Command(
        name = "bound",
        mixinStandardHelpOptions = true,
        description = "The wrong-hit bound against a truth that is known.")
public final class BoundSimulation implements Callable<Integer> {
    private static final long SEED = 1_000_003;
    private static final double CONFIDENCE = 0.95;
    private static final long WARM_UP = 200_000;
    private static final long TIMED = 1_000_000;

    @Option(names = "--runs", defaultValue = "200", description = "Runs of each scenario (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--lookups",
            defaultValue = "300000",
            description = "Lookups in each run (default: ${DEFAULT-VALUE}).")
    private long lookups;

    @Option(names = "--only", description = "Only scenarios whose name contains this.")
    private String only = "";

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    @Option(names = "--plot", description = "SVG file for the first run of the scenario with a drift.")
    private @Nullable Path plot;

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new BoundSimulation()).execute(args));
    }

    /** The runs of a scenario, in the order of their seeds. */
    static List<Outcome> outcomes(Scenario scenario, int runs, long wouldBeHits) {
        World.Curve before = new World(scenario.overconfidence()).curve(1);
        return IntStream.range(0, runs)
                .parallel()
                .mapToObj(i -> new SimulatedRun(scenario, before, wouldBeHits, SEED * (i + 1)).run())
                .toList();
    }

    /** How many of so many runs must be covered before one may say that a bound holds at 95 %: two standard errors below. */
    static int needed(int runs) {
        return runs == 200
                ? 182
                : (int) Math.floor(runs * CONFIDENCE - 2 * Math.sqrt(runs * CONFIDENCE * (1 - CONFIDENCE)));
    }

    @Override
    public Integer call() {
        MachineFacts facts = MachineFacts.here(Workspace.ofProcess().root(), Clock.systemUTC());
        var report = new MarkdownReport(
                "The wrong-hit bound against a known truth",
                facts,
                "benchmarks/run bound --runs %d --lookups %d".formatted(runs, lookups));
        long wouldBe = Math.round(lookups * World.WITH_CANDIDATE);
        List<List<String>> coverage = new ArrayList<>();
        List<List<String>> cost = new ArrayList<>();
        for (Scenario scenario : Scenario.all()) {
            if (scenario.name().contains(only)) {
                List<Outcome> outcomes = outcomes(scenario, runs, wouldBe);
                coverage.add(coverage(scenario, outcomes));
                cost.add(cost(scenario, outcomes));
                System.err.println(coverage.getLast() + " " + cost.getLast());
                if (plot != null && scenario.drift() != 1) {
                    plot(plot, scenario, outcomes.getFirst());
                }
            }
        }
        report.paragraph(String.format(
                Locale.ROOT,
                "%d seeded runs of each scenario, %,d lookups each, of which %.0f %% have a candidate; ceiling 1 %%, bound at 95 %%. "
                        + "Medians over the runs.",
                runs,
                lookups,
                100 * World.WITH_CANDIDATE));
        report.paragraph(
                "**Coverage.** A run is covered when at every look (each 500 lookups at first, each 2,500 later) the published bound was at least the true "
                        + "share of wrong among the served hits of the window, expected and realised. Needed: "
                        + needed(runs) + " of " + runs
                        + ". *Shown*: share of looks at which the bound lay under the ceiling; *shown wrongly*: runs in which it did so once while "
                        + "the true share was above.");
        report.table(
                List.of(
                        "scenario",
                        "covered",
                        "wrong among served",
                        "second half",
                        "worst run",
                        "last bound",
                        "shown",
                        "shown wrongly",
                        "restarts"),
                coverage);
        report.paragraph(
                "**Cost.** Served semantic hits as a share of lookups: under control (second half: once it has learned), with the "
                        + "cut-off an oracle would choose, and without control (the cut-off at which the verifier's own probabilities expect the ceiling), with the wrong "
                        + "share that would have had. *Shown after*: lookups until audits carry the cut-off; hits leave out the principal "
                        + "that votes against everything. *Savings kept*: what is left of what served hits have saved, where a call costs 1, "
                        + "an audit of a served hit one more, and what a judge says 0.3; hits that the budget does not let be audited are "
                        + "outside the bound, and are counted among the hits.");
        report.table(
                List.of(
                        "scenario",
                        "hits",
                        "second half",
                        "oracle",
                        "of oracle, second half",
                        "no control: hits, wrong",
                        "shown after",
                        "audit rate at the end",
                        "audits of served",
                        "of withheld",
                        "savings kept"),
                cost);
        report.paragraph(String.format(
                Locale.ROOT,
                "A decision (`admit`, with its share of audits and verdicts) took %.1f microseconds on average over a million.",
                decisionMicros()));
        report.write(out);
        return 0;
    }

    private static void plot(Path file, Scenario scenario, Outcome outcome) {
        try {
            Files.writeString(
                    file,
                    LookPlot.svg(
                            scenario.name(),
                            outcome.looks(),
                            scenario.settings().maxWrongRate()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static double decisionMicros() {
        Scenario scenario = Scenario.all().getFirst();
        World.Curve before = new World(scenario.overconfidence()).curve(1);
        new SimulatedRun(scenario, before, WARM_UP, SEED).run();
        return new SimulatedRun(scenario, before, TIMED, SEED).nanosOfDecisions() / 1e3 / TIMED;
    }

    private static List<String> coverage(Scenario scenario, List<Outcome> outcomes) {
        return List.of(
                scenario.name(),
                outcomes.stream().filter(Outcome::covered).count() + " / " + outcomes.size(),
                percent(median(outcomes, o -> o.wrong() / Math.max(1, o.served()))),
                percent(median(outcomes, o -> o.wrongSecondHalf() / Math.max(1, o.servedSecondHalf()))),
                percent(outcomes.stream()
                        .mapToDouble(o -> o.wrong() / Math.max(1, o.served()))
                        .max()
                        .orElse(0)),
                percent(median(outcomes, o -> o.looks().getLast().bound())),
                percent(median(outcomes, Outcome::shownShareOfLooks)),
                outcomes.stream().filter(o -> o.overCeilingLooks() > 0).count() + " / " + outcomes.size(),
                String.format(Locale.ROOT, "%.0f", median(outcomes, Outcome::restarts)));
    }

    private static List<String> cost(Scenario scenario, List<Outcome> outcomes) {
        var world = new World(scenario.overconfidence());
        double ceiling = scenario.settings().maxWrongRate();
        World.Curve first = world.curve(1);
        World.Curve second = world.curve(scenario.drift());
        double oracleSecond = World.WITH_CANDIDATE * second.hitsFrom(second.oracle(ceiling));
        double oracle = (World.WITH_CANDIDATE * first.hitsFrom(first.oracle(ceiling)) + oracleSecond) / 2;
        double trusted = trusted(first, ceiling);
        double ours =
                World.WITH_CANDIDATE * median(outcomes, o -> 2.0 * o.servedOfOthersSecondHalf() / o.wouldBeOfOthers());
        return List.of(
                scenario.name(),
                percent(World.WITH_CANDIDATE
                        * median(outcomes, o -> (double) o.servedOfOthers() / o.wouldBeOfOthers())),
                percent(ours),
                percent(oracle),
                percent(ours / oracleSecond),
                percent(World.WITH_CANDIDATE * first.hitsFrom(trusted)) + ", "
                        + percent((first.wrongFrom(trusted) + second.wrongFrom(trusted)) / 2),
                count(median(outcomes, o -> o.firstShown() < 0 ? Double.NaN : o.firstShown() / World.WITH_CANDIDATE)),
                percent(median(outcomes, o -> o.looks().getLast().auditRate())),
                count(median(outcomes, Outcome::auditsOfServed)),
                count(median(outcomes, o -> o.audits() - o.auditsOfServed())),
                percent(median(outcomes, Outcome::keptSavings)));
    }

    /** The loosest cut-off at which the verifier's own probabilities expect the ceiling to hold. */
    private static double trusted(World.Curve curve, double ceiling) {
        for (int i = 0; i < curve.cutoffs().length; i++) {
            if (curve.expected()[i] <= ceiling) {
                return curve.cutoffs()[i];
            }
        }
        return 1;
    }

    /** NaN counts as the largest. */
    private static double median(List<Outcome> outcomes, ToDoubleFunction<Outcome> of) {
        List<Double> sorted = outcomes.stream()
                .map(of::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static String count(double number) {
        return Double.isNaN(number) ? "never" : String.format(Locale.ROOT, "%,.0f", number);
    }
}
