package io.reprise.benchmarks.training;

import io.reprise.server.decision.Curve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;
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
    static final int LEAST_JUDGED = 200;
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

    /** What a cut-off on the log-odds serves. */
    record Tried(float cutoff, Served.Count served) {}

    private final StreamPairs stream;
    private final boolean[] isAsked;
    private final float[][] logOdds;

    /** @param asked which texts are asked for: held out, or part of those */
    HeldOutReplay(StreamPairs stream, PairJudge judge, Predicate<String> asked) {
        this.stream = stream;
        this.isAsked = new boolean[stream.texts.size()];
        this.logOdds = new float[stream.texts.size()][];
        IntStream.range(0, logOdds.length).parallel().forEach(i -> {
            isAsked[i] = asked.test(stream.texts.get(i));
            int[] near = isAsked[i] ? stream.near[i] : new int[0];
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
        double[] lowest = new double[RATES.length];
        Arrays.fill(lowest, Double.NaN);
        for (Tried tried : sweep()) {
            Served.Count served = tried.served();
            for (int i = 0; i < RATES.length; i++) {
                if (served.judged() * RATES[i] >= LEAST_EXPECTED
                        && REALLY_WRONG * served.wrong() <= RATES[i] * served.judged()) {
                    lowest[i] = calibration.at(tried.cutoff());
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

    /** What is served at a range of cut-offs, from the strictest that shows anything on. */
    List<Tried> sweep() {
        List<Pick> picks = surest(Integer.MAX_VALUE);
        int step = Math.max(1, picks.size() / TRIED);
        return IntStream.iterate(LEAST_JUDGED, at -> at < picks.size(), at -> at + step)
                .mapToObj(at -> picks.get(at).logOdds())
                .map(cutoff -> new Tried(cutoff, served(cutoff).all()))
                .toList();
    }

    /** Replays with a cut-off on the log-odds. */
    Served served(float cutoff) {
        return served(best -> best >= cutoff);
    }

    /**
     * Replays: a hit stores nothing.
     *
     * @param suffices whether a best candidate with these log-odds is served
     */
    Served served(DoublePredicate suffices) {
        boolean[] stored = new boolean[stream.texts.size()];
        Set<String> classes = new HashSet<>();
        Map<String, Served.Count> counts = new LinkedHashMap<>();
        for (int row = 0; row < stream.rows.size(); row++) {
            int text = stream.textOf[row];
            boolean seen = !classes.add(stream.rows.get(row).classId());
            if (stored[text]) {
                continue;
            }
            int best = best(text, stored);
            boolean isServed = best >= 0 && suffices.test(logOdds[text][best]);
            stored[text] = !isServed;
            if (isAsked[text]) {
                StreamPairs.Label label = isServed ? stream.label(text, stream.near[text][best]) : null;
                counts.merge(stream.rowOf.get(text).classId(), Served.Count.of(seen, label), Served.Count::plus);
            }
        }
        return new Served(List.copyOf(counts.values()));
    }

    /** The best candidate of each held-out question when every text that came before is stored. */
    private List<Pick> picks() {
        boolean[] stored = new boolean[stream.texts.size()];
        List<Pick> picks = new ArrayList<>();
        for (int text : stream.textOf) {
            if (!stored[text]) {
                int best = best(text, stored);
                if (best >= 0) {
                    int near = stream.near[text][best];
                    picks.add(new Pick(text, near, logOdds[text][best], stream.label(text, near)));
                }
                stored[text] = true;
            }
        }
        return picks;
    }

    /** The likeliest of the near that are stored and may be served, or -1. */
    private int best(int text, boolean[] stored) {
        int best = -1;
        float highest = Float.NEGATIVE_INFINITY;
        for (int k = 0; k < logOdds[text].length; k++) {
            if (stored[stream.near[text][k]] && logOdds[text][k] > highest) {
                best = k;
                highest = logOdds[text][k];
            }
        }
        return best;
    }
}
