package io.reprise.server.http;

import io.reprise.server.decision.bound.Published;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.SavingsQuery;
import io.reprise.server.ledger.SavingsTotals;
import io.reprise.server.telemetry.Course;
import io.reprise.server.telemetry.Telemetry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes the samples of the server's course. Thread-safe; waits for the ledger. */
final class CourseSource implements Supplier<Course.Sample> {
    private final Ledger ledger;
    private final Telemetry telemetry;
    private final HttpParts.@Nullable Bounded bounded;
    private final Clock clock;

    CourseSource(HttpParts parts) {
        this.ledger = parts.ledger();
        this.telemetry = parts.telemetry();
        this.bounded = parts.bounded();
        this.clock = parts.clock();
    }

    @Override
    public Course.Sample get() {
        SavingsTotals total = ledger.savings(new SavingsQuery(null, null, List.of(), null))
                .toCompletableFuture()
                .join()
                .total();
        Map<String, Map<String, Double>> stages = telemetry.latencyMillis();
        Published published = bounded == null ? null : bounded.risk().published();
        return new Course.Sample(
                clock.instant(),
                total.calls(),
                total.exactHits(),
                total.semanticHits(),
                total.coalesced(),
                total.misses(),
                total.bypasses(),
                total.spentPicoDollars(),
                total.savedPicoDollars(),
                sum(stages, "p50"),
                sum(stages, "p99"),
                published == null ? null : published.bound(),
                published == null ? null : published.expectedByCalibration(),
                published == null || published.terms().exactOnly()
                        ? null
                        : published.terms().cutoff());
    }

    /** Stages follow one another; where none was gone through of late, there is nothing to tell. */
    private static @Nullable Double sum(Map<String, Map<String, Double>> stages, String quantile) {
        double sum = stages.values().stream()
                .mapToDouble(quantiles -> quantiles.getOrDefault(quantile, 0.0))
                .filter(Double::isFinite)
                .sum();
        return sum > 0 ? sum : null;
    }
}
