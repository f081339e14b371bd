package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.index.SearchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Searches one at a time while entries are stored again at a steady rate, so that there are always writes to take over, commits and
 * merges; against those of the same index at rest.
 */
final class UnderWrites {
    private static final double GOAL = 3;
    private static final int[] RATES = {0, 100, 500, 1000};
    private static final long MEASURED_NANOS = TimeUnit.SECONDS.toNanos(40);

    private UnderWrites() {}

    /** Writes the section; returns the ratio of p99 at the highest rate to that at rest. */
    static double report(MarkdownReport report, GrownIndex index, Questions questions) {
        List<float[]> probes = questions.probes();
        List<List<String>> rows = new ArrayList<>();
        double atRest = 0;
        double ratio = 1;
        for (int rate : RATES) {
            Quantiles quantiles = searches(index, probes, rate);
            atRest = rate == 0 ? quantiles.p99Nanos() : atRest;
            ratio = quantiles.p99Nanos() / atRest;
            rows.add(List.of(
                    rate == 0 ? "none" : String.format(Locale.ROOT, "%,d", rate),
                    String.format(Locale.ROOT, "%,d", quantiles.count()),
                    quantiles.millis(),
                    String.format(Locale.ROOT, "%.2f", ratio)));
        }
        report.section("Searches while entries are stored");
        report.paragraph(String.format(
                Locale.ROOT,
                "%,d entries. One thread searches without a pause for %d s at each rate; another stores entries again that are there, in the order in which they came. Journal, hand-overs,"
                        + " commits (each 30 s) and merges go on beside them.",
                index.stored(),
                TimeUnit.NANOSECONDS.toSeconds(MEASURED_NANOS)));
        report.table(List.of("stores per second", "searches", "p50 / p90 / p99, ms", "p99 against none"), rows);
        report.paragraph(String.format(
                Locale.ROOT,
                "p99 at the highest rate against none: **%.2f**, goal at most %.0f: %s.",
                ratio,
                GOAL,
                ratio <= GOAL ? "met" : "MISSED"));
        return ratio;
    }

    private static Quantiles searches(GrownIndex index, List<float[]> probes, int storesPerSecond) {
        var done = new AtomicBoolean();
        try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
            Future<?> writing = writer.submit(() -> store(index, storesPerSecond, done));
            LongStream.Builder nanos = LongStream.builder();
            var scope = new SearchScope(Questions.InScope.LARGE.id(), System.currentTimeMillis(), Long.MIN_VALUE);
            long end = System.nanoTime() + MEASURED_NANOS;
            for (int i = 0; System.nanoTime() < end; i++) {
                long start = System.nanoTime();
                index.index().search(probes.get(i % probes.size()), scope, SearchTimes.K);
                nanos.add(System.nanoTime() - start);
            }
            done.set(true);
            writing.get();
            return Quantiles.of(nanos.build().toArray());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a store failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void store(GrownIndex index, int perSecond, AtomicBoolean done) {
        if (perSecond == 0) {
            return;
        }
        long start = System.nanoTime();
        for (int i = 0; !done.get(); i++) {
            long due = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            index.store(i % index.stored());
        }
    }
}
