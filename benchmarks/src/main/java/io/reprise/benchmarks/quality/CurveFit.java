package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.report.MarkdownReport;
import java.util.List;
import java.util.Locale;

/** Fits the curve that {@code Calibration.BUNDLED_MODEL} states. */
final class CurveFit {
    private CurveFit() {}

    /** Writes the curve of cosines over the labels of a set of pairs. */
    static void write(MarkdownReport report, LookupSet set) {
        List<LabelledLookup> lookups = set.lookups().stream()
                .filter(lookup -> !lookup.stored().isEmpty())
                .toList();
        double[] cosines = new double[lookups.size()];
        boolean[] same = new boolean[cosines.length];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = lookups.get(i).stored().getFirst().cosine();
            same[i] = lookups.get(i).same();
        }
        LogisticFit fit = LogisticFit.of(cosines, same);
        report.paragraph(String.format(
                Locale.ROOT,
                "The static cosine's probability is a logistic curve; fitted on the %,d comparable pairs of %s: weight %.3f +-"
                        + " %.3f, bias %.3f +- %.3f (standard errors), log loss %.4f.",
                fit.count(),
                set.name(),
                fit.weight(),
                fit.weightError(),
                fit.bias(),
                fit.biasError(),
                fit.logLoss()));
    }
}
