package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cache.StageTimer.Stage;
import io.reprise.server.cache.eviction.Victim;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.protocol.Usage;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TelemetryTest {
    private final ManualClock clock = new ManualClock();
    private final Telemetry telemetry = new Telemetry(clock);

    @Test
    void scrape_hasTheMetersOfTheContract() {
        telemetry.outcome("ann", "gpt-4o", CallOutcome.EXACT, "exact");
        telemetry.outcome("ann", "gpt-4o", CallOutcome.MISS, "floor");
        telemetry.spent("gpt-4o", Usage.of(12, 85, false), 880_000_000L);
        telemetry.saved("gpt-4o", 880_000_000L);
        telemetry.record(Stage.EMBED, 5_000_000);
        telemetry.gauge("reprise.entries", "Unexpired entries", this, self -> 7);
        String scrape = telemetry.scrape();
        assertSample(scrape, "llm_token_usage_total", Map.of("model", "gpt-4o", "type", "input"), "12.0");
        assertSample(scrape, "llm_token_usage_total", Map.of("model", "gpt-4o", "type", "output"), "85.0");
        assertSample(scrape, "llm_request_cost_usd_count", Map.of(), "1");
        assertSample(scrape, "llm_request_cost_usd_sum", Map.of(), "8.8E-4");
        assertSample(scrape, "llm_request_cost_usd_bucket", Map.of("le", "0.001"), "1");
        assertSample(scrape, "llm_cache_hit_ratio", Map.of("model", "gpt-4o"), "0.5");
        assertSample(scrape, "llm_cache_requests_total", Map.of("model", "gpt-4o", "outcome", "exact"), "1.0");
        assertSample(scrape, "llm_cache_requests_total", Map.of("model", "gpt-4o", "outcome", "semantic"), "0.0");
        assertSample(scrape, "llm_cost_saved_usd_total", Map.of("model", "gpt-4o"), "8.8E-4");
        assertSample(scrape, "reprise_lookup_seconds_count", Map.of("stage", "embed"), "1");
        assertSample(scrape, "reprise_entries", Map.of(), "7.0");
        assertTrue(scrape.contains("# TYPE llm_request_cost_usd histogram"), scrape);
    }

    @Test
    void latencies_areHistograms() {
        telemetry.record(Stage.EMBED, 5_000_000);
        telemetry.record(Stage.EMBED, 70_000_000);
        telemetry.upstreams().answered("openai", 200, 700_000_000L);
        String scrape = telemetry.scrape();
        assertTrue(scrape.contains("# TYPE reprise_lookup_seconds histogram"), scrape);
        assertSample(scrape, "reprise_lookup_seconds_bucket", Map.of("stage", "embed", "le", "0.01"), "1");
        assertSample(scrape, "reprise_lookup_seconds_bucket", Map.of("stage", "embed", "le", "+Inf"), "2");
        assertSample(scrape, "reprise_upstream_seconds_bucket", Map.of("upstream", "openai", "le", "0.5"), "0");
        assertSample(scrape, "reprise_upstream_seconds_bucket", Map.of("upstream", "openai", "le", "1.0"), "1");
    }

    @Test
    void statusesAndTheJvm_areMetered() {
        telemetry.status(200);
        telemetry.status(200);
        telemetry.status(429);
        String scrape = telemetry.scrape();
        assertSample(scrape, "reprise_http_responses_total", Map.of("status", "200"), "2.0");
        assertSample(scrape, "reprise_http_responses_total", Map.of("status", "429"), "1.0");
        assertTrue(scrape.contains("jvm_memory_used_bytes{"), scrape);
        assertTrue(scrape.contains("process_uptime_seconds "), scrape);
    }

    @Test
    void evictions_areCountedByTheirBound() {
        telemetry.evicted(Victim.Reason.BYTES, 3, 4096);
        telemetry.evicted(Victim.Reason.BYTES, 1, 1024);
        String scrape = telemetry.scrape();
        assertSample(scrape, "reprise_evicted_entries_total", Map.of("bound", "bytes"), "4.0");
        assertSample(scrape, "reprise_evicted_bytes_total", Map.of("bound", "bytes"), "5120.0");
        assertSample(scrape, "reprise_evicted_entries_total", Map.of("bound", "namespace"), "0.0");
    }

    @ParameterizedTest
    @EnumSource(value = CallOutcome.class, mode = EnumSource.Mode.EXCLUDE, names = "REFUSED")
    void everyOutcome_isCountedOnce(CallOutcome outcome) {
        telemetry.outcome("ann", "m", outcome, "reason");
        assertSample(
                telemetry.scrape(),
                "llm_cache_requests_total",
                Map.of("model", "m", "outcome", outcome.name().toLowerCase(Locale.ROOT)),
                "1.0");
        Tally all = telemetry.tally(null);
        assertEquals(
                1,
                Stream.of(all.hits(), all.misses(), all.bypasses())
                        .flatMap(counts -> counts.values().stream())
                        .mapToLong(Long::longValue)
                        .sum());
    }

    @Test
    void refusedCall_isCountedByItsOutcomeAlone() {
        telemetry.outcome("ann", "m", CallOutcome.REFUSED, "budget_exceeded");
        assertSample(telemetry.scrape(), "llm_cache_requests_total", Map.of("model", "m", "outcome", "refused"), "1.0");
        assertSample(telemetry.scrape(), "llm_cache_hit_ratio", Map.of("model", "m"), "NaN");
        assertEquals(Map.of(), telemetry.tally(null).bypasses());
    }

    @Test
    void bypasses_areNoPartOfTheRatio() {
        telemetry.outcome("ann", "m", CallOutcome.BYPASS, "off");
        assertSample(telemetry.scrape(), "llm_cache_hit_ratio", Map.of("model", "m"), "NaN");
        telemetry.outcome("ann", "m", CallOutcome.COALESCED, "coalesced");
        assertSample(telemetry.scrape(), "llm_cache_hit_ratio", Map.of("model", "m"), "1.0");
        clock.advance(Duration.ofMinutes(5));
        assertSample(telemetry.scrape(), "llm_cache_hit_ratio", Map.of("model", "m"), "NaN");
    }

    @Test
    void unknownPrice_isNoCost() {
        telemetry.spent("m", Usage.of(12, 85, true), null);
        assertSample(telemetry.scrape(), "llm_request_cost_usd_count", Map.of(), "0");
        assertSample(telemetry.scrape(), "llm_token_usage_total", Map.of("model", "m", "type", "input"), "12.0");
    }

    @Test
    void absentModel_isNone() {
        telemetry.outcome("ann", null, CallOutcome.MISS, "floor");
        assertSample(telemetry.scrape(), "llm_cache_requests_total", Map.of("model", "none", "outcome", "miss"), "1.0");
    }

    @Test
    void moreModelsThanMayBeLabels_areOther() {
        for (int i = 0; i < 150; i++) {
            telemetry.outcome("ann", "model-" + i, CallOutcome.MISS, "floor");
        }
        assertSample(
                telemetry.scrape(), "llm_cache_requests_total", Map.of("model", "other", "outcome", "miss"), "50.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b\\c\nd", "", "\u00e9\ud83d\ude00", "{le=\"1\"}"})
    void anyModelName_leavesTheScrapeWellFormed(String model) {
        telemetry.outcome("ann", model, CallOutcome.MISS, "floor");
        for (String line : telemetry.scrape().split("\n", -1)) {
            assertTrue(
                    line.isEmpty() || line.startsWith("# ") || line.matches("[a-z_0-9]+(\\{.*})? \\S+"),
                    "not a sample: " + line);
        }
    }

    @Test
    void principals_haveTalliesOfTheirOwn() {
        telemetry.outcome("ann", "m", CallOutcome.EXACT, "exact");
        telemetry.outcome("bob", "m", CallOutcome.MISS, "floor");
        assertEquals(Map.of("exact", 1L), telemetry.tally("ann").hits());
        assertEquals(Map.of(), telemetry.tally("ann").misses());
        assertEquals(Map.of(), telemetry.tally("cyd").hits());
        assertEquals(Map.of("exact", 1L), telemetry.tally(null).hits());
        assertEquals(Map.of("floor", 1L), telemetry.tally(null).misses());
    }

    @Test
    void principals_areNoLabels() {
        telemetry.outcome("s3cret", "m", CallOutcome.EXACT, "exact");
        assertFalse(telemetry.scrape().contains("s3cret"));
    }

    /** One number that cannot be told must not hide the others. */
    @Test
    void gaugeThatFails_doesNotFailTheScrape() {
        telemetry.gauge("reprise.broken", "Always fails", this, self -> {
            throw new IllegalStateException("closed");
        });
        telemetry.gauge("reprise.whole", "Never fails", this, self -> 1);
        assertSample(telemetry.scrape(), "reprise_whole", Map.of(), "1.0");
    }

    @Test
    void latencies_areQuantilesOfEachStageInMilliseconds() {
        for (int i = 1; i <= 100; i++) {
            telemetry.record(Stage.SEARCH, Duration.ofMillis(i).toNanos());
        }
        Map<String, Map<String, Double>> latencies = telemetry.latencyMillis();
        assertEquals(Set.of("exact", "embed", "search", "decide"), latencies.keySet());
        Map<String, Double> search = latencies.getOrDefault("search", Map.of());
        assertEquals(Set.of("p50", "p95", "p99"), search.keySet());
        assertEquals(50, search.getOrDefault("p50", 0.0), 5);
        assertEquals(99, search.getOrDefault("p99", 0.0), 8);
        assertTrue(latencies.getOrDefault("embed", Map.of()).values().stream().allMatch(Double::isFinite));
    }

    private static void assertSample(String scrape, String name, Map<String, String> labels, String value) {
        assertTrue(
                scrape.lines()
                        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                        .filter(line -> labels.entrySet().stream()
                                .allMatch(label -> line.contains(label.getKey() + "=\"" + label.getValue() + "\"")))
                        .anyMatch(line -> line.endsWith(" " + value)),
                () -> name + labels + " " + value + " is not in\n" + scrape);
    }
}
