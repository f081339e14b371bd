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
import io.reprise.server.decision.CrossCalibration.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How the two models rank pairs, alone and together, and what reading costs. */
final class ReadingReport {
    private static final double SHARE = 0.01;
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

    /** The scores that are compared. */
    static final String COSINE = "cosine";

    static final String LIGHT = "light";
    static final String READING = "reading alone";
    static final String VERIFIED = "verified";

    private final MarkdownReport page;
    private final PairReadings readings;
    private final CrossCalibration learned;
    private final CrossFitted<CrossCalibration> crossed;

    /**
     * @param learned from all held-out questions
     * @param crossed for measuring these questions themselves
     */
    ReadingReport(
            MarkdownReport page,
            PairReadings readings,
            CrossCalibration learned,
            CrossFitted<CrossCalibration> crossed) {
        this.page = page;
        this.readings = readings;
        this.learned = learned;
        this.crossed = crossed;
    }

    /** What the scores are. */
    void scores() {
        page.paragraph(
                "`light` compares the states of both prompts' tokens (`decision.policy: light`), `reading alone` is the log-odds of the"
                        + " cross-encoder, which reads both prompts at once, and `verified` puts the two and the cosine together (the default).");
    }

    /** Every set with pairs of both labels, without guards: the area under the curve and the share of the same at a share of the others. */
    void ranking(List<LabelledSet> sets, String halved) {
        page.section("How well each ranks pairs, without guards");
        page.paragraph(
                "Area under the curve, and the share of pairs with the same meaning above the score that 1 % of the others reach. Of sets"
                        + " that were learned from, what is held out. 95 % intervals: DeLong's, and the bootstrap's. On `"
                        + halved
                        + "`, which the two are put together on, each tenth is measured with the weights of the others.");
        List<List<String>> rows = new ArrayList<>();
        List<List<String>> gains = new ArrayList<>();
        for (LabelledSet set : sets) {
            List<Scored> scored = scored(set.pairs());
            long same = scored.stream().filter(s -> s.pair().same()).count();
            if (same == 0 || same == scored.size()) {
                continue;
            }
            String name = String.format(Locale.ROOT, "%s (%,d + %,d)", set.name(), same, scored.size() - same);
            RankCurve light = curve(scored, s -> s.reading().compared().logOdds());
            RankCurve verified =
                    curve(scored, set.name().equals(halved) ? this::crossed : s -> verified(s.reading(), learned));
            Map<String, RankCurve> curves = new LinkedHashMap<>();
            curves.put(COSINE, curve(scored, s -> s.reading().cosine()));
            curves.put(LIGHT, light);
            curves.put(READING, curve(scored, s -> s.reading().read()));
            curves.put(VERIFIED, verified);
            curves.forEach((score, curve) -> rows.add(List.of(
                    name,
                    score,
                    curve.area().text("%.3f"),
                    curve.trueRateAt(SHARE, new SplittableRandom(SEED)).percent())));
            gains.add(List.of(name, verified.areaOver(light).text("%+.3f")));
        }
        page.table(
                List.of("set (same + different)", "score", "area under the curve", "same at 1 % of different"), rows);
        page.paragraph(
                "What `verified` adds to `light`: the difference of the areas, with the interval of DeLong et al. for two scores of the"
                        + " same pairs.");
        page.table(List.of("set (same + different)", "area, `verified` minus `light`"), gains);
        Weights weights = learned.weights();
        page.paragraph(String.format(
                Locale.ROOT,
                "`verified`, learned from all of them: %.3f + %.3f x the log-odds of `light` + %.3f x the reader's (%.1f at most) + %.3f x the cosine.",
                weights.bias(),
                weights.compared(),
                weights.read(),
                weights.mostRead(),
                weights.cosine()));
    }

    /** Whether the probabilities hold, by length: each part with what was learned from the others. */
    void reliability(List<LabelledPair> questions, @Nullable Path out) {
        page.section("Whether probabilities of pairs hold, by length");
        page.paragraph(
                "`verified` on held-out questions, by tokens of both prompts together: each tenth's log-odds over their length's temperature,"
                        + " both learned from the others; the least and the highest of these temperatures are given. What is served is calibrated once more,"
                        + " on the best candidates of the stream.");
        List<List<String>> rows = new ArrayList<>();
        var plot = new Plot(
                "what came true of stated probabilities, by tokens of both prompts",
                Axis.linear("stated probability of the same meaning", 0, 1),
                Axis.linear("share that has the same meaning", 0, 1));
        int from = 0;
        for (int i = 0; i < learned.temperatures().size(); i++) {
            int after = from;
            int upTo = learned.temperatures().get(i).tokens();
            List<Scored> within = scored(questions).stream()
                    .filter(s -> s.reading().compared().tokens() > after
                            && s.reading().compared().tokens() <= upTo)
                    .toList();
            double[] stated = within.stream()
                    .mapToDouble(s -> 1 / (1 + Math.exp(-crossed(s))))
                    .toArray();
            boolean[] same = new boolean[stated.length];
            for (int k = 0; k < same.length; k++) {
                same[k] = within.get(k).pair().same();
            }
            Reliability reliability = Reliability.of(stated, same);
            String name = upTo == Integer.MAX_VALUE ? "more than " + after : (after + 1) + " to " + upTo;
            rows.add(List.of(
                    name,
                    String.format(Locale.ROOT, "%,d", reliability.count()),
                    temperatures(i),
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
            from = upTo;
        }
        page.table(
                List.of(
                        "tokens",
                        "pairs",
                        "temperatures",
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
        int hits = Arrays.stream(counts.served()).sum();
        List<String> served = new ArrayList<>(List.of(String.format(Locale.ROOT, "served, by its place (%,d)", hits)));
        for (int place = 0; place < counts.served().length; place++) {
            served.add(place == 0 ? "" : new Proportion(counts.served()[place], hits).toString());
        }
        page.table(head, List.of(row, served));
        page.paragraph(
                "The second row is of what a server serves as it starts: the place, among those that were read, of the candidate"
                        + " that serves. Whoever reads fewer loses what stands to the right.");
    }

    /** What the tables that follow are of. */
    void detail(String halved) {
        page.section("`verified` in detail");
        page.paragraph("The tables below are of `verified` alone, with the guards. On `" + halved
                + "` and the stream each tenth is judged with the weights of the others. Probabilities and cut-offs are those that a"
                + " server gets, learned from all.");
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

    private static RankCurve curve(List<Scored> scored, ToDoubleFunction<Scored> score) {
        return new RankCurve(values(scored, true, score), values(scored, false, score));
    }

    private static double[] values(List<Scored> scored, boolean same, ToDoubleFunction<Scored> score) {
        return scored.stream()
                .filter(s -> s.pair().same() == same)
                .mapToDouble(score)
                .toArray();
    }

    private String temperatures(int length) {
        DoubleSummaryStatistics all = crossed.forParts().stream()
                .mapToDouble(part -> part.temperatures().get(length).temperature())
                .summaryStatistics();
        return String.format(Locale.ROOT, "%.3f to %.3f", all.getMin(), all.getMax());
    }

    private double crossed(Scored scored) {
        return verified(scored.reading(), crossed.of(scored.pair().first()));
    }

    private static double verified(PairReadings.Reading reading, CrossCalibration calibration) {
        return calibration.logOdds(reading.compared(), reading.read(), reading.cosine());
    }
}
