package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.corpus.LargeCorpus;
import io.reprise.benchmarks.report.MarkdownReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/** Whether crossed questions lie as near to each other as real ones do: cosines to the nearest of as many of the same kind. */
final class Likeness {
    private static final int STORED = 40_000;
    private static final int PROBES = 500;
    private static final int FAR = 10;
    private static final double[] QUANTILES = {0.05, 0.25, 0.5, 0.75, 0.95};

    private Likeness() {}

    static void report(MarkdownReport report, LargeCorpus corpus) {
        if (!corpus.hasReal()) {
            return;
        }
        List<String> head = new ArrayList<>(List.of("cosine to"));
        for (double quantile : QUANTILES) {
            head.add(String.format(Locale.ROOT, "p%.0f", 100 * quantile));
        }
        List<List<String>> rows = new ArrayList<>();
        add(rows, corpus, "real", corpus::isReal);
        add(rows, corpus, "crossed", number -> !corpus.isReal(number));
        if (!rows.isEmpty()) {
            report.paragraph(String.format(
                    Locale.ROOT,
                    "How near the crossed questions lie to each other, and the real ones to each other: %,d of either, searched for %d more of the same kind.",
                    STORED,
                    PROBES));
            report.table(head, rows);
        }
    }

    private static void add(List<List<String>> rows, LargeCorpus corpus, String kind, IntPredicate isOfKind) {
        List<float[]> vectors = new ArrayList<>(STORED + PROBES);
        for (int i = 0; i < corpus.size() && vectors.size() < STORED + PROBES; i++) {
            float[] vector = isOfKind.test(i) ? corpus.vector(i) : null;
            if (vector != null) {
                vectors.add(vector);
            }
        }
        if (vectors.size() < STORED + PROBES) {
            return;
        }
        List<float[]> stored = vectors.subList(PROBES, vectors.size());
        double[][] nearest = IntStream.range(0, PROBES)
                .parallel()
                .mapToObj(probe -> stored.stream()
                        .mapToDouble(vector -> -VectorUtil.dotProduct(vector, vectors.get(probe)))
                        .sorted()
                        .limit(FAR)
                        .map(negative -> -negative)
                        .toArray())
                .toArray(double[][]::new);
        rows.add(row("the nearest of " + kind, nearest, 0));
        rows.add(row("the 10th nearest of " + kind, nearest, FAR - 1));
    }

    private static List<String> row(String name, double[][] nearest, int rank) {
        double[] sorted =
                Arrays.stream(nearest).mapToDouble(each -> each[rank]).sorted().toArray();
        List<String> row = new ArrayList<>(List.of(name));
        for (double quantile : QUANTILES) {
            row.add(String.format(Locale.ROOT, "%.3f", sorted[(int) (quantile * (sorted.length - 1))]));
        }
        return row;
    }
}
