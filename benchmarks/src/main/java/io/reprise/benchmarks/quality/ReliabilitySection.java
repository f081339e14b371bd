package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.report.Axis;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Plot;
import io.reprise.benchmarks.report.Plot.Dot;
import io.reprise.benchmarks.report.Plot.Interval;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.Reliability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Whether the probabilities that policies state hold on one set of lookups. What is never served, or served exactly, has none. */
final class ReliabilitySection {
    private final LookupTrials trials;
    private final Map<String, Reliability> reliabilities = new LinkedHashMap<>();

    ReliabilitySection(LookupTrials trials) {
        this.trials = trials;
        trials.scores().forEach((policy, scores) -> {
            DoubleUnaryOperator probability = policy.probability();
            if (probability != null) {
                reliabilities.put(policy.name(), reliability(trials.set(), scores, probability));
            }
        });
    }

    void write(MarkdownReport report) {
        List<List<String>> rows = new ArrayList<>();
        reliabilities.forEach((policy, reliability) -> reliability
                .bins()
                .forEach(bin -> rows.add(List.of(
                        policy,
                        String.format(Locale.ROOT, "%.2f to %.2f", bin.low(), bin.high()),
                        String.format(Locale.ROOT, "%,d", bin.observed().of()),
                        String.format(Locale.ROOT, "%.1f %%", 100 * bin.stated()),
                        bin.observed().toString()))));
        report.paragraph("**" + trials.set().name() + "**");
        report.table(List.of("policy", "stated probability", "lookups", "mean stated", "same meaning"), rows);
        reliabilities.forEach((policy, reliability) -> report.paragraph(String.format(
                Locale.ROOT,
                "%s: Brier score %.4f, mean distance of stated from observed %.2f percentage points, over %,d lookups.",
                policy,
                reliability.brier(),
                100 * reliability.calibrationError(),
                reliability.count())));
    }

    /** What came true against what was stated. */
    Plot plot() {
        var plot = new Plot(
                trials.set().name() + ": what came true of stated probabilities",
                Axis.linear("stated probability of the same meaning", 0, 1),
                Axis.linear("share that has the same meaning", 0, 1));
        reliabilities.forEach((policy, reliability) -> plot.series(
                policy, reliability.bins().stream().map(ReliabilitySection::dot).toList()));
        return plot.diagonal("as stated");
    }

    private static Dot dot(Reliability.Bin bin) {
        Proportion observed = bin.observed();
        return new Dot(bin.stated(), observed.rate(), null, new Interval(observed.low(), observed.high()), null);
    }

    private static Reliability reliability(LookupSet set, double[] scores, DoubleUnaryOperator probability) {
        double[] stated = new double[scores.length];
        boolean[] same = new boolean[scores.length];
        int count = 0;
        for (int i = 0; i < scores.length; i++) {
            if (Double.isFinite(scores[i])) {
                stated[count] = probability.applyAsDouble(scores[i]);
                same[count] = set.lookups().get(i).same();
                count++;
            }
        }
        return Reliability.of(Arrays.copyOf(stated, count), Arrays.copyOf(same, count));
    }
}
