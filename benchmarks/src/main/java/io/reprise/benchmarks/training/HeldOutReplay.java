package io.reprise.benchmarks.training;

import io.reprise.server.decision.Curve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The stream asked of a cache, with the verifier's judgement of every two near texts: what calibrates it, because what counts is how
 * often the candidate that would be served is right, not how often any two texts are.
 *
 * <p>Only texts that nothing was learned from are asked for; the cache holds all others too, as soon as they come, so that it is as full as it
 * would be or fuller.
 */
final class HeldOutReplay {
    /** Rates that a cut-off is looked for. */
    private static final double[] RATES = {
        0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.012, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05,
        0.07, 0.1, 0.15, 0.2
    };
    /** Cut-offs that are tried. */
    private static final int TRIED = 150;
    /** Fewer judged hits show nothing. */
    private static final int LEAST_JUDGED = 200;
    /** A rate is known to hold only where as many hits were judged as would have had so many wrong ones at it. */
    private static final int LEAST_EXPECTED = 4;
    /**
     * Of the 60 held-out pairs labelled different that a verifier found likeliest, a reader found 30 to mean the same,
     * such as one question with and without a capital or a plural.
     */
    private static final double REALLY_WRONG = 0.5;
    /** Nobody labelled them; about as many would be right as wrong. */
    private static final double UNKNOWN_RIGHT = 0.5;

    /**
     * The best candidate of one question.
     *
     * @param asked number of the question's text
     * @param stored number of the candidate's
     */
    record Pick(int asked, int stored, float logOdds, StreamPairs.Label label) {}

    /**
     * What a cut-off serves.
     *
     * @param oracle questions that an oracle answers by meaning from the same cache
     */
    record Served(int oracle, int right, int wrong, int unknown) {}

    private final StreamPairs stream;
    private final Predicate<String> heldOut;
    private final float[][] logOdds;

    HeldOutReplay(StreamPairs stream, PairJudge judge, Predicate<String> heldOut) {
        this.stream = stream;
        this.heldOut = heldOut;
        this.logOdds = new float[stream.texts.size()][];
        IntStream.range(0, logOdds.length).parallel().forEach(i -> {
            int[] near = heldOut.test(stream.texts.get(i)) ? stream.near[i] : new int[0];
            logOdds[i] = new float[near.length];
            for (int k = 0; k < near.length; k++) {
                Float value = judge.logOdds(stream.texts.get(i), stream.texts.get(near[k]));
                logOdds[i][k] = value == null ? Float.NEGATIVE_INFINITY : value;
            }
        });
    }

    /** From log-odds to the share of right ones among best candidates: isotonic regression (pool adjacent violators). */
    Curve calibration() {
        List<Pick> picks = picks();
        picks.sort(Comparator.comparingDouble(Pick::logOdds));
        List<double[]> blocks = new ArrayList<>();
        for (Pick pick : picks) {
            double right =
                    switch (pick.label()) {
                        case SAME -> 1;
                        case DIFFERENT -> 0;
                        case UNKNOWN -> UNKNOWN_RIGHT;
                    };
            blocks.add(new double[] {pick.logOdds(), right, 1});
            while (blocks.size() > 1 && mean(blocks, 2) >= mean(blocks, 1)) {
                double[] last = blocks.removeLast();
                double[] before = blocks.getLast();
                for (int i = 0; i < last.length; i++) {
                    before[i] += last[i];
                }
            }
        }
        List<float[]> points = new ArrayList<>();
        for (double[] block : blocks) {
            // Small blocks are noise; what is judged alike by many stays.
            if (block[2] >= 20) {
                points.add(new float[] {(float) (block[0] / block[2]), (float) (block[1] / block[2])});
            }
        }
        float[] inputs = new float[points.size() + 1];
        float[] outputs = new float[points.size() + 1];
        for (int i = 0; i < points.size(); i++) {
            inputs[i] = points.get(i)[0];
            outputs[i] = Math.clamp(points.get(i)[1], 0.001f, 0.995f);
        }
        // Beyond the surest block, what is surer still stays surer, if by little.
        inputs[points.size()] =
                Math.max(inputs[points.size() - 1], picks.getLast().logOdds()) + 3;
        outputs[points.size()] = 0.999f;
        return new Curve(inputs, outputs);
    }

    private static double mean(List<double[]> blocks, int fromEnd) {
        double[] block = blocks.get(blocks.size() - fromEnd);
        return block[1] / block[2];
    }

    /**
     * From a ceiling on wrong / (right + wrong) to the lowest probability from which it held, with {@link #REALLY_WRONG} of those that
     * are labelled wrong.
     */
    Curve cutoffs(Curve calibration) {
        List<Pick> picks = picks();
        picks.sort(Comparator.comparingDouble(Pick::logOdds).reversed());
        double[] lowest = new double[RATES.length];
        Arrays.fill(lowest, Double.NaN);
        for (int at = LEAST_JUDGED; at < picks.size(); at += Math.max(1, picks.size() / TRIED)) {
            float cutoff = picks.get(at).logOdds();
            Served served = served(cutoff);
            int judged = served.right() + served.wrong();
            for (int i = 0; i < RATES.length; i++) {
                if (judged * RATES[i] >= LEAST_EXPECTED && REALLY_WRONG * served.wrong() <= RATES[i] * judged) {
                    lowest[i] = calibration.at(cutoff);
                }
            }
        }
        int[] known = IntStream.range(0, RATES.length)
                .filter(i -> !Double.isNaN(lowest[i]))
                .toArray();
        float[] rates = new float[known.length];
        float[] cutoffs = new float[known.length];
        for (int i = 0; i < known.length; i++) {
            rates[i] = (float) RATES[known[i]];
            cutoffs[i] = (float) lowest[known[i]];
        }
        return known.length == 0 ? new Curve(new float[] {1}, new float[] {1}) : new Curve(rates, cutoffs);
    }

    /** The surest answers to so many questions, the surest first, when every text that came before is stored. */
    List<Pick> surest(int questions) {
        return picks().stream()
                .sorted(Comparator.comparingDouble(Pick::logOdds).reversed())
                .limit(questions)
                .toList();
    }

    /** What is served at about as many cut-offs, from the strictest on. */
    List<Served> sweep(int tried) {
        List<Pick> picks = picks();
        picks.sort(Comparator.comparingDouble(Pick::logOdds).reversed());
        int step = Math.max(1, picks.size() / tried);
        return IntStream.iterate(step, at -> at < picks.size(), at -> at + step)
                .mapToObj(at -> served(picks.get(at).logOdds()))
                .toList();
    }

    /** Replays with a cut-off on the log-odds: a hit stores nothing. */
    Served served(float cutoff) {
        boolean[] stored = new boolean[stream.texts.size()];
        Set<String> classes = new HashSet<>();
        int oracle = 0;
        Map<StreamPairs.Label, Integer> byLabel = new EnumMap<>(StreamPairs.Label.class);
        for (int row = 0; row < stream.rows.size(); row++) {
            int text = stream.textOf[row];
            boolean seen = !classes.add(stream.rows.get(row).classId());
            if (stored[text]) {
                continue;
            }
            oracle += seen && heldOut.test(stream.texts.get(text)) ? 1 : 0;
            int best = best(text, stored);
            if (best < 0 || logOdds[text][best] < cutoff) {
                stored[text] = true;
            } else {
                byLabel.merge(stream.label(text, stream.near[text][best]), 1, Integer::sum);
            }
        }
        return new Served(
                oracle,
                byLabel.getOrDefault(StreamPairs.Label.SAME, 0),
                byLabel.getOrDefault(StreamPairs.Label.DIFFERENT, 0),
                byLabel.getOrDefault(StreamPairs.Label.UNKNOWN, 0));
    }

    /** The best candidate of each held-out question when every text that came before is stored. */
    private List<Pick> picks() {
        boolean[] stored = new boolean[stream.texts.size()];
        List<Pick> picks = new ArrayList<>();
        for (int text : stream.textOf) {
            if (!stored[text]) {
                int best = best(text, stored);
                if (best >= 0 && logOdds[text][best] > Float.NEGATIVE_INFINITY) {
                    int near = stream.near[text][best];
                    picks.add(new Pick(text, near, logOdds[text][best], stream.label(text, near)));
                }
                stored[text] = true;
            }
        }
        return picks;
    }

    private int best(int text, boolean[] stored) {
        int best = -1;
        for (int k = 0; k < logOdds[text].length; k++) {
            if (stored[stream.near[text][k]] && (best < 0 || logOdds[text][k] > logOdds[text][best])) {
                best = k;
            }
        }
        return best;
    }
}
