package io.reprise.benchmarks.training;

import io.reprise.benchmarks.report.AlternatingRounds;
import io.reprise.benchmarks.report.Axis;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Plot;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.RankCurve;
import io.reprise.benchmarks.report.Reliability;
import io.reprise.benchmarks.training.CalibrateVerifier.LabelledSet;
import io.reprise.embedder.PairScorer;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossCalibration.Temperature;
import io.reprise.server.decision.CrossCalibration.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How the two models rank pairs, alone and together, and what reading costs. */
final class ReadingReport {
    private static final double SHARE = 0.01;
    private static final double[] WRONG_RATES = {0.01, 0.015, 0.02, 0.03};
    private static final int TRIED = 200;
    private static final int LEAST_JUDGED = 200;
    private static final int ROUNDS = 40;
    private static final int CALLS = 50;
    private static final long SEED = 11;

    /** One of 14 tokens with the special ones, and another that differs in a word. */
    private static final String[] PAIR = {
        "how can i change the language of my phone without any help",
        "how can i change the colour of my phone without any help"
    };

    /** Two texts' tokens in one, 28 with the special ones. */
    private static final String BOTH =
            PAIR[0] + " and when there is no computer near me that has all pictures and music";

    /** How two models are put together. */
    record Half(Weights weights, List<Temperature> temperatures) {}

    /**
     * Held-out pairs in two halves.
     *
     * @param isFirst of which half a pair is
     * @param ofFirst how its pairs are measured: learned from the second half
     * @param ofSecond learned from the first
     */
    record Halves(Predicate<LabelledPair> isFirst, Half ofFirst, Half ofSecond) {
        Half of(LabelledPair pair) {
            return isFirst.test(pair) ? ofFirst : ofSecond;
        }
    }

    /** The stream under one judge. */
    record Judged(String name, HeldOutReplay replay) {}

    private final MarkdownReport page;
    private final PairReadings readings;
    private final CrossCalibration learned;
    private final Halves halves;

    ReadingReport(MarkdownReport page, PairReadings readings, CrossCalibration learned, Halves halves) {
        this.page = page;
        this.readings = readings;
        this.learned = learned;
        this.halves = halves;
    }

    /** Every set with pairs of both labels, without guards: the area under the curve and the share of the same at a share of the others. */
    void ranking(List<LabelledSet> sets, String halved) {
        page.section("How well each ranks pairs, without guards");
        page.paragraph(
                "Area under the curve, and the share of pairs with the same meaning above the score that 1 % of the others reach. Of sets"
                        + " that were learned from, what is held out. 95 % intervals: DeLong's, and the bootstrap's. On `"
                        + halved
                        + "`, which the two are put together on, each half is measured with the weights of the other.");
        List<List<String>> rows = new ArrayList<>();
        for (LabelledSet set : sets) {
            List<Scored> scored = scored(set.pairs());
            long same = scored.stream().filter(s -> s.pair().same()).count();
            if (same == 0 || same == scored.size()) {
                continue;
            }
            Map<String, ToDoubleFunction<Scored>> scores = new LinkedHashMap<>();
            scores.put("cosine", s -> s.reading().cosine());
            scores.put("first verifier", s -> s.reading().compared().logOdds());
            scores.put("reading alone", s -> s.reading().read());
            scores.put("**both**", s -> set.name().equals(halved) ? crossed(s) : both(s.reading()));
            scores.forEach((name, score) -> {
                var curve = new RankCurve(values(scored, true, score), values(scored, false, score));
                rows.add(List.of(
                        String.format(Locale.ROOT, "%s (%,d + %,d)", set.name(), same, scored.size() - same),
                        name,
                        curve.area().text("%.3f"),
                        curve.trueRateAt(SHARE, new SplittableRandom(SEED)).percent()));
            });
        }
        page.table(
                List.of("set (same + different)", "score", "area under the curve", "same at 1 % of different"), rows);
        Weights weights = learned.weights();
        page.paragraph(String.format(
                Locale.ROOT,
                "Put together: %.3f + %.3f x the first verifier's log-odds + %.3f x the reader's (%.1f at most) + %.3f x the cosine.",
                weights.bias(),
                weights.compared(),
                weights.read(),
                weights.mostRead(),
                weights.cosine()));
    }

    /** What each serves of the stream, with guards, where its wrong hits are as rare as stated. */
    void stream(List<Judged> judges) {
        page.section("The stream, with guards: right hits by meaning of an oracle's, at equal shares of wrong ones");
        page.paragraph(
                "At the lowest cut-off from which wrong / (right + wrong), by the labels as they are, is at most what the column"
                        + " says; unlabelled hits in brackets, as a share of all. A dash: at no cut-off with "
                        + LEAST_JUDGED
                        + " labelled hits. The labels themselves are often wrong where both models are sure (`docs/verifier.md`).");
        List<String> head = new ArrayList<>(List.of("score"));
        for (double rate : WRONG_RATES) {
            head.add(String.format(Locale.ROOT, "wrong at most %.1f %%", 100 * rate));
        }
        List<List<String>> rows = new ArrayList<>();
        for (Judged judged : judges) {
            List<HeldOutReplay.Served> served = judged.replay().sweep(TRIED);
            List<String> row = new ArrayList<>(List.of(judged.name()));
            for (double rate : WRONG_RATES) {
                row.add(served.stream()
                        .filter(s ->
                                s.right() + s.wrong() >= LEAST_JUDGED && s.wrong() <= rate * (s.right() + s.wrong()))
                        .reduce((one, other) -> one.right() >= other.right() ? one : other)
                        .map(s -> new Proportion(s.right(), s.oracle())
                                + String.format(
                                        Locale.ROOT,
                                        " (%.0f %%)",
                                        100.0 * s.unknown() / (s.right() + s.wrong() + s.unknown())))
                        .orElse("-"));
            }
            rows.add(row);
        }
        page.table(head, rows);
    }

    /** Whether the probabilities hold, by length: each half with what was learned from the other. */
    void reliability(List<LabelledPair> questions, @Nullable Path out) {
        page.section("Whether probabilities of pairs hold, by length");
        page.paragraph(
                "Held-out questions, by tokens of both prompts together: log-odds over their length's temperature, learned from the"
                        + " other half. What is served is calibrated once more, on the best candidates of the stream.");
        List<List<String>> rows = new ArrayList<>();
        var plot = new Plot(
                "what came true of stated probabilities, by tokens of both prompts",
                Axis.linear("stated probability of the same meaning", 0, 1),
                Axis.linear("share that has the same meaning", 0, 1));
        int from = 0;
        for (Temperature temperature : learned.temperatures()) {
            int after = from;
            List<Scored> within = scored(questions).stream()
                    .filter(s -> s.reading().compared().tokens() > after
                            && s.reading().compared().tokens() <= temperature.tokens())
                    .toList();
            double[] stated = within.stream()
                    .mapToDouble(s -> 1 / (1 + Math.exp(-crossed(s))))
                    .toArray();
            boolean[] same = new boolean[stated.length];
            for (int i = 0; i < same.length; i++) {
                same[i] = within.get(i).pair().same();
            }
            Reliability reliability = Reliability.of(stated, same);
            String name = temperature.tokens() == Integer.MAX_VALUE
                    ? "more than " + after
                    : (after + 1) + " to " + temperature.tokens();
            rows.add(List.of(
                    name,
                    String.format(Locale.ROOT, "%,d", reliability.count()),
                    String.format(Locale.ROOT, "%.3f", temperature.temperature()),
                    String.format(Locale.ROOT, "%.4f", reliability.brier()),
                    String.format(Locale.ROOT, "%.2f", 100 * reliability.calibrationError())));
            plot.series(
                    name,
                    reliability.bins().stream()
                            .map(bin -> new Plot.Dot(
                                    bin.stated(),
                                    bin.observed().rate(),
                                    null,
                                    new Plot.Interval(
                                            bin.observed().low(), bin.observed().high()),
                                    null))
                            .toList());
            from = temperature.tokens();
        }
        page.table(
                List.of(
                        "tokens",
                        "pairs",
                        "temperature",
                        "Brier score",
                        "mean distance of stated from observed, points"),
                rows);
        if (out != null) {
            String image = out.getFileName().toString().replace(".md", "") + ".svg";
            plot.diagonal("as stated").write(out.resolveSibling(image));
            page.paragraph("![Reliability](" + image + ")");
        }
    }

    /** What reading a pair costs beside embedding as many tokens. */
    void time(SentenceEmbedder embedder, PairScorer scorer) {
        page.section("What reading costs");
        var rounds = new AlternatingRounds();
        for (int i = 0; i < ROUNDS; i++) {
            median(() -> scorer.logOdds(PAIR[0], PAIR[1]));
            median(() -> embedder.embed(BOTH));
        }
        for (int i = 0; i < ROUNDS; i++) {
            rounds.measure(
                    () -> median(() -> scorer.logOdds(PAIR[0], PAIR[1])), () -> median(() -> embedder.embed(BOTH)));
        }
        page.paragraph(String.format(
                Locale.ROOT,
                "Reading two prompts of 14 tokens, one thread, both tokenised: %s ms. Embedding a prompt of 28: %s ms. Ratio: **%s**. (%d"
                        + " rounds of %d calls of each, alternating; medians with 95 %% intervals.)",
                rounds.ours().in(1e6),
                rounds.theirs().in(1e6),
                rounds.ratio().in(1),
                ROUNDS,
                CALLS));
    }

    /** How often the server reads. */
    void reads(ReadCounts counts) {
        int all = Arrays.stream(counts.questions()).sum();
        int near = all - counts.nothingNear();
        long reads = 0;
        List<String> row = new ArrayList<>(List.of(String.format(Locale.ROOT, "questions (%,d)", all)));
        List<String> head = new ArrayList<>(List.of("candidates read"));
        for (int count = 0; count < counts.questions().length; count++) {
            reads += (long) count * counts.questions()[count];
            head.add(Integer.toString(count));
            row.add(new Proportion(counts.questions()[count], all).toString());
        }
        page.paragraph(String.format(
                Locale.ROOT,
                "For each held-out question of the stream, when all that came before is stored: %.2f candidates are read on average, %.2f"
                        + " where one lies above the floor (%s of the questions).",
                (double) reads / all,
                (double) reads / near,
                new Proportion(near, all)));
        page.table(head, List.of(row));
    }

    private static double median(Runnable call) {
        long[] nanos = new long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            call.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[CALLS / 2];
    }

    private record Scored(LabelledPair pair, PairReadings.Reading reading) {}

    /** Those that are compared by meaning. */
    private List<Scored> scored(List<LabelledPair> pairs) {
        List<Scored> scored = new ArrayList<>();
        for (LabelledPair pair : pairs) {
            PairReadings.Reading reading = readings.of(pair.first(), pair.second());
            if (reading != null) {
                scored.add(new Scored(pair, reading));
            }
        }
        return scored;
    }

    private static double[] values(List<Scored> scored, boolean same, ToDoubleFunction<Scored> score) {
        return scored.stream()
                .filter(s -> s.pair().same() == same)
                .mapToDouble(score)
                .toArray();
    }

    private double both(PairReadings.Reading reading) {
        return learned.logOdds(reading.compared(), reading.read(), reading.cosine());
    }

    private double crossed(Scored scored) {
        Half half = halves.of(scored.pair());
        var calibration = new CrossCalibration(
                learned.model(),
                learned.sentenceModel(),
                half.weights(),
                half.temperatures(),
                learned.probabilities(),
                learned.cutoffs());
        PairReadings.Reading reading = scored.reading();
        return calibration.logOdds(reading.compared(), reading.read(), reading.cosine());
    }
}
