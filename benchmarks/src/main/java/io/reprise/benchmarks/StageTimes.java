package io.reprise.benchmarks;

import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.server.cache.StageTimer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Keeps every time that a cache takes of its stages. Thread-safe. */
public final class StageTimes implements StageTimer {
    private final Map<Stage, LongStream.Builder> nanos = new EnumMap<>(Stage.class);

    @Override
    public synchronized void record(Stage stage, long time) {
        nanos.computeIfAbsent(stage, first -> LongStream.builder()).add(time);
    }

    /** Forgets what was before, such as a warm-up. */
    public synchronized void forget() {
        nanos.clear();
    }

    /** A table of the stages that were timed, but for some. What was kept is gone then. */
    public synchronized void report(MarkdownReport report, Set<Stage> leftOut) {
        List<List<String>> rows = new ArrayList<>();
        nanos.forEach((stage, times) -> {
            if (!leftOut.contains(stage)) {
                Quantiles quantiles = Quantiles.of(times.build().toArray());
                rows.add(List.of(
                        stage.name().toLowerCase(Locale.ROOT),
                        String.format(Locale.ROOT, "%,d", quantiles.count()),
                        quantiles.millis()));
            }
        });
        nanos.clear();
        report.table(List.of("stage", "count", "p50 / p90 / p99, ms"), rows);
    }
}
