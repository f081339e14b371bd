package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.RankCurve;
import io.reprise.server.decision.Curve;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What was learned, in tables: every set under a range of cut-offs, with the guards. */
final class VerifierReport {
    /** The set that chooses the cut-offs. */
    static final String QUESTIONS = "pairs_qqp";
    /** Shares of the held-out pairs labelled different that the cut-offs of the tables let through. */
    private static final double[] LET_THROUGH = {0.03, 0.02, 0.015, 0.01, 0.0075, 0.005, 0.0025, 0.001};

    private final MarkdownReport report;
    private final Function<String, PairJudge> judges;
    private final Curve calibration;
    private final Curve cutoffs;
    private float[] tried = {};

    /** @param judges for the name of a set what judges its pairs */
    VerifierReport(MarkdownReport report, Function<String, PairJudge> judges, Curve calibration, Curve cutoffs) {
        this.report = report;
        this.judges = judges;
        this.calibration = calibration;
        this.cutoffs = cutoffs;
    }

    /** The labelled questions that are held out; they also choose the cut-offs of the other tables. */
    void heldOut(List<LabelledPair> pairs) {
        PairJudge judge = judges.apply(QUESTIONS);
        List<Float> same = new ArrayList<>();
        List<Float> different = new ArrayList<>();
        List<LabelledPair> labelled =
                pairs.stream().filter(pair -> pair.source().equals(QUESTIONS)).toList();
        for (LabelledPair pair : labelled) {
            Float value = judge.logOdds(pair.first(), pair.second());
            if (value != null) {
                (pair.same() ? same : different).add(value);
            }
        }
        different.sort(Comparator.reverseOrder());
        tried = new float[LET_THROUGH.length];
        for (int i = 0; i < tried.length; i++) {
            tried[i] = different.get((int) (LET_THROUGH[i] * different.size()));
        }
        report.section("Held-out labelled questions, with the guards");
        report.paragraph(String.format(
                Locale.ROOT,
                "%,d pairs that mean the same, %,d that do not; area under the curve %s, what a guard forbids behind all. The columns"
                        + " let as many of the different through as their heads say; the tables below have the same cut-offs.",
                same.size(),
                different.size(),
                new RankCurve(array(same), array(different)).area().text("%.4f")));
        report.table(head("pairs"), List.of(row("same", same), row("DIFFERENT", different), row("probability", tried)));
        calibration();
    }

    /** Every set of pairs, by kind; of those that were learned from, what is held out. */
    void sets(List<PairSet> sets, HeldOut heldOut) {
        report.section("Share that is served, by set and kind, with the guards");
        for (PairSet set : sets) {
            PairJudge judge = judges.apply(set.name());
            Map<String, List<Float>> groups = new TreeMap<>();
            for (Pair pair : set.pairs()) {
                String first = Prompt.query(pair.first()).text();
                String second = Prompt.query(pair.second()).text();
                if (!pair.suspect() && heldOut.isUnseen(set.name(), pair)) {
                    float value = logOdds(judge, first, second);
                    String label = pair.same() ? "same" : "DIFFERENT";
                    groups.computeIfAbsent(label, g -> new ArrayList<>()).add(value);
                    groups.computeIfAbsent(label + ": " + pair.kind(), g -> new ArrayList<>())
                            .add(value);
                }
            }
            List<List<String>> rows = new ArrayList<>();
            groups.forEach((group, values) ->
                    rows.add(row(String.format(Locale.ROOT, "%s (%,d)", group, values.size()), values)));
            report.table(head(set.name()), rows);
        }
    }

    /** The stream, at the same cut-offs. */
    void stream(HeldOutReplay replay) {
        report.section("Held-out questions of the stream, with the guards");
        report.paragraph("95 % intervals: bootstrap over the classes of the questions, 1,000 rounds.");
        List<List<String>> rows = new ArrayList<>();
        for (float cutoff : tried) {
            Served served = replay.served(cutoff);
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.4f", calibration.at(cutoff)),
                    String.format(Locale.ROOT, "%,d", served.all().hits()),
                    served.rightOfOracle().percent(),
                    served.wrongOfJudged().percent(),
                    served.unknownOfHits().percent()));
        }
        report.table(
                List.of("probability", "semantic hits", "right, of an oracle's", "wrong / (right + wrong)", "unknown"),
                rows);
    }

    void write(@Nullable Path out) {
        report.write(out);
    }

    private void calibration() {
        report.section("Calibration, and cut-offs for rates of wrong hits");
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < calibration.inputs().length; i++) {
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.3f", calibration.inputs()[i]),
                    String.format(Locale.ROOT, "%.4f", calibration.outputs()[i])));
        }
        report.table(List.of("log-odds", "probability"), rows);
        List<List<String>> rates = new ArrayList<>();
        for (int i = 0; i < cutoffs.inputs().length; i++) {
            rates.add(List.of(
                    String.format(Locale.ROOT, "%.4f", cutoffs.inputs()[i]),
                    String.format(Locale.ROOT, "%.4f", cutoffs.outputs()[i])));
        }
        report.table(List.of("wrong / (right + wrong) at most", "probability from"), rates);
    }

    private static float logOdds(PairJudge judge, String first, String second) {
        if (first.equals(second)) {
            return Float.POSITIVE_INFINITY;
        }
        Float value = judge.logOdds(first, second);
        return value == null ? Float.NEGATIVE_INFINITY : value;
    }

    private List<String> head(String first) {
        List<String> head = new ArrayList<>(List.of(first));
        for (double share : LET_THROUGH) {
            head.add(String.format(Locale.ROOT, "%.2f %%", share * 100));
        }
        return head;
    }

    private List<String> row(String name, List<Float> values) {
        List<String> row = new ArrayList<>(List.of(name));
        for (float cutoff : tried) {
            long served = values.stream().filter(value -> value >= cutoff).count();
            row.add(String.format(Locale.ROOT, "%.1f %%", 100.0 * served / values.size()));
        }
        return row;
    }

    private List<String> row(String name, float[] cutoff) {
        List<String> row = new ArrayList<>(List.of(name));
        for (float value : cutoff) {
            row.add(String.format(Locale.ROOT, "%.4f", calibration.at(value)));
        }
        return row;
    }

    private static double[] array(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).toArray();
    }
}
