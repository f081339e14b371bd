package io.reprise.benchmarks.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.protocol.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What a lookup by meaning takes over HTTP, one at a time on one connection: embedding, search, comparing and reading. */
final class MeaningLookups {
    private static final double GOAL_NANOS = 15e6;
    /** The first of them warm the server up. */
    private static final double WARM_UP = 0.4;

    private final Child reprise;

    MeaningLookups(Child reprise) {
        this.reprise = reprise;
    }

    /** @param prompts that are not stored and were never asked, so that none is remembered */
    void measure(MarkdownReport report, List<String> prompts, SentenceEmbedder embedder) {
        List<String> warmUp = prompts.subList(0, (int) (WARM_UP * prompts.size()));
        List<String> counted = prompts.subList(warmUp.size(), prompts.size());
        LongStream.Builder hits = LongStream.builder();
        LongStream.Builder misses = LongStream.builder();
        LongStream.Builder embedding = LongStream.builder();
        Map<String, Long> stages;
        try (var caller = new Caller(reprise.port());
                var seconds = new StageSeconds(reprise.port())) {
            for (String prompt : warmUp) {
                embedder.embed(prompt);
                caller.call(Requests.lookup(prompt));
            }
            seconds.since();
            for (String prompt : counted) {
                long start = System.nanoTime();
                embedder.embed(prompt);
                embedding.add(System.nanoTime() - start);
                long nanos = caller.call(Requests.lookup(prompt)).nanos();
                (isHit(caller.lastBody()) ? hits : misses).add(nanos);
            }
            stages = seconds.since();
        }
        Quantiles hit = Quantiles.of(hits.build().toArray());
        report.section("Lookups by meaning");
        report.paragraph(String.format(
                Locale.ROOT,
                "Native lookups of %,d prompts that are labelled to mean the same as a stored one, each asked once, one at a time, after %,d"
                        + " to warm up. A hit is what the server as it starts would serve.",
                counted.size(),
                warmUp.size()));
        report.table(
                List.of("lookup", "count", "p50 / p90 / p99, ms"),
                List.of(
                        hit.row("hit by meaning"),
                        Quantiles.of(misses.build().toArray()).row("miss"),
                        Quantiles.of(embedding.build().toArray()).row("embedding alone, in this process")));
        report.paragraph("Mean by stage, as the server's metrics have it: "
                + StageSeconds.STAGES.stream()
                        .map(stage -> stage + " "
                                + Quantiles.millis(stages.getOrDefault(stage, 0L) / (double) counted.size()))
                        .collect(Collectors.joining(", "))
                + " ms. A hit, p50: **" + Quantiles.millis((double) hit.p50Nanos()) + " ms**, goal at most "
                + Quantiles.millis(GOAL_NANOS) + " ms: " + (hit.p50Nanos() <= GOAL_NANOS ? "met" : "MISSED") + ".");
    }

    private static boolean isHit(String body) {
        JsonNode answer = StrictJson.parse(body.getBytes(StandardCharsets.UTF_8));
        String outcome = answer.path("outcome").asText();
        String kind = answer.path("kind").asText();
        if (outcome.equals("miss")) {
            return false;
        }
        if (!outcome.equals("hit") || !kind.equals("semantic")) {
            throw new IllegalStateException("neither a miss nor a hit by meaning: " + body);
        }
        return true;
    }
}
