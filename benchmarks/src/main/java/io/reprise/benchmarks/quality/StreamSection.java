package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.StreamTrials.Result;
import io.reprise.benchmarks.report.Axis;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Plot;
import io.reprise.benchmarks.report.Plot.Dot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of one stream under every policy, as a table and as a plot. */
final class StreamSection {
    private static final double MOST_WRONG = 0.5;
    private static final double LEAST_WRONG = 0.001;
    private static final double GOAL = 0.01;

    private final String name;
    private final List<Result> results;

    /**
     * @param name of the stream
     * @param results of every policy at every setting; at least one
     */
    StreamSection(String name, List<Result> results) {
        this.name = name;
        this.results = results;
    }

    /**
     * Writes the table.
     *
     * @param rows that were asked, whether or not they count
     */
    void write(MarkdownReport report, int rows, int distinctTexts) {
        Tally any = results.getFirst().tally();
        report.section("Stream: " + name);
        report.paragraph(String.format(
                Locale.ROOT,
                "%,d rows of %,d distinct texts, asked in order of a cache that begins empty; a hit stores nothing. Counted are the %,d"
                        + " rows whose text is held out. An ideal cache would hit %s of them, and by meaning (the text is new, its class is not) %s. A text that is served by"
                        + " meaning is not stored, so that its repeats are served by meaning too and each counts as a semantic hit: the"
                        + " share of an oracle's semantic hits has these in it, and ends at 100 %%. The last column counts every row once.",
                rows,
                distinctTexts,
                any.rows(),
                any.ofRows(any.seen()),
                any.ofRows(any.reworded())));
        report.table(
                List.of(
                        "policy",
                        "exact hits",
                        "semantic hits",
                        "right",
                        "surely wrong",
                        "wrong by closure",
                        "unknown",
                        "wrong / (right + wrong)",
                        "right, of an oracle's semantic hits",
                        "exact and right, of an oracle's hits"),
                results.stream().map(StreamSection::row).toList());
    }

    /**
     * Right hits against wrong hits, a line for each policy.
     *
     * @param leftOut a policy that another one's line has on it already
     */
    Plot plot(TriedPolicy leftOut) {
        Map<TriedPolicy, List<Dot>> lines = new LinkedHashMap<>();
        double highest = 0;
        for (Result result : results) {
            Tally tally = result.tally();
            if (tally.right() + tally.wrong() > 0 && !result.policy().equals(leftOut)) {
                lines.computeIfAbsent(result.policy(), policy -> new ArrayList<>())
                        .add(Dot.of(tally.wrongOfJudged(), tally.ofOracle(), note(result)));
                highest = Math.max(highest, tally.ofOracle().high());
            }
        }
        var plot = new Plot(
                name + ": right hits against wrong hits",
                Axis.logarithmic(
                        "wrong, of the semantic hits that labels tell about (log scale; none is drawn at the left end)",
                        LEAST_WRONG,
                        MOST_WRONG),
                Axis.linear("right semantic hits, of those an oracle has", 0, Math.ceil(highest * 10) / 10));
        lines.forEach((policy, dots) -> {
            switch (policy) {
                case TriedPolicy.Swept swept -> plot.series(swept.name() + ", " + swept.setting(), dots);
                case TriedPolicy.Learning learning -> plot.series(learning.name() + ", " + learning.setting(), dots);
                case TriedPolicy.Fixed fixed -> plot.marks(fixed.name(), dots);
            }
        });
        return plot.vertical("goal: wrong <= 1 %", GOAL);
    }

    private static @Nullable String note(Result result) {
        String value = result.setting().substring(result.setting().lastIndexOf(' ') + 1);
        return switch (result.policy()) {
            case TriedPolicy.Swept swept ->
                swept.shown().stream()
                                .anyMatch(cutoff -> swept.settingText(cutoff).equals(result.setting()))
                        ? value
                        : null;
            case TriedPolicy.Learning learning -> value;
            case TriedPolicy.Fixed fixed -> null;
        };
    }

    private static List<String> row(Result result) {
        Tally tally = result.tally();
        String name = result.policy() instanceof TriedPolicy.Learning
                ? result.policy().name() + ", " + result.setting()
                : result.setting();
        return List.of(
                name.isEmpty() ? result.policy().name() : name,
                tally.ofRows(tally.exact()).toString(),
                tally.ofRows(tally.semantic()).toString(),
                tally.ofSemantic(tally.right()).toString(),
                tally.ofSemantic(tally.surelyWrong()).toString(),
                tally.ofSemantic(tally.wrongByClosure()).toString(),
                tally.ofSemantic(tally.unknown()).toString(),
                tally.wrongOfJudged().toString(),
                tally.ofOracle().toString(),
                tally.allOfOracle().toString());
    }
}
