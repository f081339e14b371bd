package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Plot;
import io.reprise.server.decision.CrossVerifier;
import io.reprise.server.decision.VerifiedPolicy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured, and the page that says it.
 *
 * @param command how it was made
 * @param model name of the sentence model
 * @param contest the policies that were compared
 * @param sets every set of lookups
 * @param streams by name, {@code stream_qqp} first
 * @param check null when it was left out
 */
record QualityReport(
        String command,
        MachineFacts facts,
        String model,
        Contest contest,
        List<LookupTrials> sets,
        Map<String, Stream> streams,
        @Nullable IndexCheck check) {
    private static final String LABELLED_STREAM = "stream_qqp";
    private static final String CALIBRATION_SET = "pairs_qqp";

    /** Sets of which plots are drawn, and the share of label 0 where these begin. */
    private static final List<Plotted> PLOTTED =
            List.of(new Plotted(CALIBRATION_SET, 0.0001), new Plotted("pairs_medical", 0.001));

    private record Plotted(String set, double leastFalseRate) {}

    /** One stream under every policy. */
    record Stream(int rows, int distinctTexts, List<StreamTrials.Result> results) {}

    /**
     * Prints the page, and writes it with its plots and tables.
     *
     * @param out the page; null only prints it
     */
    void write(@Nullable Path out) {
        var report = new MarkdownReport("Quality: what is served, and how much of it is right", facts, command);
        String folder = out == null ? "quality" : stem(out);
        Map<String, Plot> plots = new LinkedHashMap<>();
        report.paragraph(
                "Model: " + model + ". In brackets are 95 % intervals: Wilson's for shares that were counted.");
        report.paragraph(
                "The verifier learned from part of the labelled texts. Of `pairs_qqp`, `pairs_intents`, the Korean"
                        + " pairs of `pairs_nonenglish`, `stream_qqp` and `stream_banking`, everything here counts"
                        + " **held-out texts alone**, from which no model learned, for all policies alike: of pairs both"
                        + " texts, of streams the text that is asked. `verified`, the default, has a model read both"
                        + " prompts; its probabilities and cut-offs are calibrated on other pairs, that were read"
                        + " (`reading.md`). Intervals take rows for independent, though those that repeat a text, or"
                        + " belong to one class, are not quite. "
                        + heldOutShare());
        goals(report);
        report.section("Right hits against wrong hits");
        streams.forEach((name, stream) ->
                image(report, plots, folder, name, new StreamSection(name, stream.results()).plot(contest.before())));
        report.paragraph("vCache (arXiv 2502.03771), from its paper's formulas, learns during the replay whether its"
                + " neighbour's answer would have served from the labels themselves, an oracle no server has. Its"
                + " delta bounds wrong answers as a share of all requests, not of hits.");
        report.section("Label 1 served against label 0 served");
        for (Plotted plotted : PLOTTED) {
            trials(plotted.set())
                    .ifPresent(trials -> image(
                            report,
                            plots,
                            folder,
                            plotted.set(),
                            LookupSection.nearZero(trials, contest.unaudited(), plotted.leastFalseRate())));
        }
        streams.forEach((name, stream) ->
                new StreamSection(name, stream.results()).write(report, stream.rows(), stream.distinctTexts()));
        var lookups = new LookupSection(sets);
        lookups.writeRanks(report);
        report.section("Whether stated probabilities hold");
        trials(CALIBRATION_SET).ifPresent(trials -> CurveFit.write(report, trials.set()));
        for (Plotted plotted : PLOTTED) {
            trials(plotted.set()).ifPresent(trials -> {
                var section = new ReliabilitySection(trials);
                image(report, plots, folder, "reliability-" + plotted.set(), section.plot());
                section.write(report);
            });
        }
        lookups.writeShares(report, folder + "/" + SweepFiles.LOOKUPS);
        if (check != null) {
            check.write(report, contest.standard().name(), standard(streams.get(LABELLED_STREAM)));
        }
        if (out != null) {
            Path beside =
                    Objects.requireNonNull(out.toAbsolutePath().getParent()).resolve(folder);
            plots.forEach((name, plot) -> plot.write(beside.resolve(name + ".svg")));
            SweepFiles.writeLookups(beside, sets);
            SweepFiles.writeStreams(beside, results());
            report.write(out);
        }
    }

    private void goals(MarkdownReport report) {
        report.section("Goals");
        report.paragraph(
                "Static 0.95 is one cosine cut-off, whatever rate of wrong hits is asked for. Unaudited is what a"
                        + " server does by the verifier when it starts with max_wrong_rate "
                        + contest.standard().policy().maxWrongRate()
                        + ": its cut-offs come in steps, and this is the first at which the verifier's calibration"
                        + " expects that rate to hold. With audits of its own hits a server moves it. At a cut-off"
                        + " every candidate is judged; a server judges the nearest "
                        + VerifiedPolicy.MOST_JUDGED + " and reads up to " + CrossVerifier.MOST_READ + " of them.");
        Map<String, LookupTrials> byName = new LinkedHashMap<>();
        sets.forEach(trials -> byName.put(trials.set().name(), trials));
        new GoalTable(byName, results(), contest.before(), contest.unaudited()).write(report);
    }

    private static String heldOutShare() {
        return String.format(
                Locale.ROOT,
                "These are %d of %d folds of what labels tie together.",
                HeldOut.FOLDS - HeldOut.LEARNED_FOLDS,
                HeldOut.FOLDS);
    }

    private Map<String, List<StreamTrials.Result>> results() {
        Map<String, List<StreamTrials.Result>> results = new LinkedHashMap<>();
        streams.forEach((name, stream) -> results.put(name, stream.results()));
        return results;
    }

    private Optional<LookupTrials> trials(String name) {
        return sets.stream().filter(trials -> trials.set().name().equals(name)).findFirst();
    }

    private Tally standard(@Nullable Stream stream) {
        return stream == null
                ? Tally.EMPTY
                : stream.results().stream()
                        .filter(result -> result.policy().equals(contest.standard()))
                        .findFirst()
                        .orElseThrow()
                        .tally();
    }

    private static void image(MarkdownReport report, Map<String, Plot> plots, String folder, String name, Plot plot) {
        plots.put(name, plot);
        report.paragraph(String.format(Locale.ROOT, "![%s](%s/%s.svg)", name, folder, name));
    }

    private static String stem(Path file) {
        String name = Objects.requireNonNull(file.getFileName()).toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name + "-files";
    }
}
