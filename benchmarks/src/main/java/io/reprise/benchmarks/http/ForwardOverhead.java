package io.reprise.benchmarks.http;

import io.reprise.benchmarks.report.AlternatingRounds;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.MedianEstimate;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.embedder.SentenceEmbedder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** What a call that goes upstream takes longer through Reprise than without it, one call at a time on one connection. */
final class ForwardOverhead {
    private static final double MISS_GOAL_NANOS = 1e6;
    private static final double ROUTE_GOAL_NANOS = 0.5e6;
    private static final int ROUTE_CALLS = 100;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    /** A stranger may be somebody's paraphrase by chance. Its time does not count, but then there must be few. */
    private static final double MISSES_AT_LEAST = 0.8;

    private final Child reprise;
    private final Child upstream;
    private final HttpLoad.Effort effort;
    private final int upstreamLatencyMillis;

    ForwardOverhead(Child reprise, Child upstream, HttpLoad.Effort effort, int upstreamLatencyMillis) {
        this.upstreamLatencyMillis = upstreamLatencyMillis;
        this.reprise = reprise;
        this.upstream = upstream;
        this.effort = effort;
    }

    /** Prompts that nobody asked before, each once to both and once embedded here. */
    void misses(MarkdownReport report, List<String> prompts, SentenceEmbedder embedder) {
        int perRound = prompts.size() / (effort.rounds() + 1);
        LongStream.Builder direct = LongStream.builder();
        LongStream.Builder through = LongStream.builder();
        LongStream.Builder embedding = LongStream.builder();
        var rounds = new AlternatingRounds();
        List<Double> embeddingMedians = new ArrayList<>();
        try (var toReprise = new LoadGenerator(reprise.port(), 1);
                var toUpstream = new LoadGenerator(upstream.port(), 1)) {
            warmUp(toUpstream, prompts);
            // The first round warms the way of a miss up, and does not count.
            for (int i = 0; i <= effort.rounds(); i++) {
                List<String> asked = prompts.subList(i * perRound, (i + 1) * perRound);
                List<byte[]> requests = asked.stream().map(Requests::chat).toList();
                long[] before = embed(embedder, asked);
                LoadGenerator.Round[] seen = new LoadGenerator.Round[2];
                Runnable ours = () -> seen[0] = toReprise.count(perRound, Requests.inTurn(requests));
                Runnable theirs = () -> seen[1] = toUpstream.count(perRound, Requests.inTurn(requests));
                (i % 2 == 0 ? List.of(ours, theirs) : List.of(theirs, ours)).forEach(Runnable::run);
                if (i > 0) {
                    long[] misses =
                            seen[0].requireMostly("miss", MISSES_AT_LEAST).nanosOf("miss");
                    long[] calls = seen[1].requireMostly("ok", 1).nanos();
                    Arrays.stream(misses).forEach(through);
                    Arrays.stream(calls).forEach(direct);
                    Arrays.stream(before).forEach(embedding);
                    rounds.add(median(misses), median(calls));
                    embeddingMedians.add(median(before));
                }
            }
        }
        MedianEstimate embed = MedianEstimate.of(
                embeddingMedians.stream().mapToDouble(Double::doubleValue).toArray());
        double beyond = rounds.difference().median() - embed.median();
        report.section("Misses");
        report.paragraph(String.format(
                Locale.ROOT,
                "A chat call that nothing cached answers, through Reprise and straight to the test upstream, which waits %d ms before it answers;"
                        + " %d alternating rounds of %d new prompts each. Reprise stores each answer behind its reply, while the next call"
                        + " comes.",
                upstreamLatencyMillis,
                effort.rounds(),
                perRound));
        times(
                report,
                List.of("call", "straight to upstream", "through Reprise", "embedding alone, in this process"),
                List.of(
                        direct.build().toArray(),
                        through.build().toArray(),
                        embedding.build().toArray()));
        report.paragraph("Overhead, difference of the rounds' medians: **"
                + rounds.difference().in(1e6)
                + " ms**; embedding of the same prompts: " + embed.in(1e6) + " ms; beyond the embedding: "
                + Quantiles.millis(beyond) + " ms, goal at most 1 ms: " + verdict(beyond <= MISS_GOAL_NANOS) + ".");
    }

    /** A route that is forwarded and never cached. */
    void otherRoute(MarkdownReport report) {
        List<byte[]> request = List.of(Requests.get("/v1/models"));
        LongStream.Builder direct = LongStream.builder();
        LongStream.Builder through = LongStream.builder();
        var rounds = new AlternatingRounds();
        try (var toReprise = new LoadGenerator(reprise.port(), 1);
                var toUpstream = new LoadGenerator(upstream.port(), 1)) {
            toReprise.during(WARM_UP, Requests.inTurn(request));
            toUpstream.during(WARM_UP, Requests.inTurn(request));
            for (int i = 0; i < effort.rounds(); i++) {
                rounds.measure(
                        () -> median(kept(toReprise.count(ROUTE_CALLS, Requests.inTurn(request)), through)),
                        () -> median(kept(toUpstream.count(ROUTE_CALLS, Requests.inTurn(request)), direct)));
            }
        }
        report.section("A forwarded route, GET /v1/models");
        times(
                report,
                List.of("call", "straight to upstream", "through Reprise"),
                List.of(direct.build().toArray(), through.build().toArray()));
        report.paragraph("Overhead, difference of the rounds' medians: **"
                + rounds.difference().in(1e6) + " ms**, goal at most 0.5 ms: "
                + verdict(rounds.difference().median() <= ROUTE_GOAL_NANOS) + ".");
    }

    private static void warmUp(LoadGenerator toUpstream, List<String> prompts) {
        toUpstream.during(
                WARM_UP, Requests.inTurn(prompts.stream().map(Requests::chat).toList()));
    }

    private static long[] kept(LoadGenerator.Round round, LongStream.Builder nanos) {
        Arrays.stream(round.nanos()).forEach(nanos);
        return round.nanos();
    }

    private static void times(MarkdownReport report, List<String> names, List<long[]> nanos) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < nanos.size(); i++) {
            rows.add(Quantiles.of(nanos.get(i)).row(names.get(i + 1)));
        }
        report.table(List.of(names.getFirst(), "count", "p50 / p90 / p99, ms"), rows);
    }

    private static long[] embed(SentenceEmbedder embedder, List<String> texts) {
        return texts.stream()
                .mapToLong(text -> {
                    long start = System.nanoTime();
                    embedder.embed(text);
                    return System.nanoTime() - start;
                })
                .toArray();
    }

    private static double median(long[] nanos) {
        return Quantiles.of(nanos).p50Nanos();
    }

    private static String verdict(boolean met) {
        return met ? "met" : "MISSED";
    }
}
