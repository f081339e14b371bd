package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.ReadingModel;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.prompt.CacheQuery;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Lookups by meaning through the server's cache, with embedding, search and decision: how many a second one caller gets, how many several
 * do, and how long they take at a load that leaves some room.
 */
final class LookupLoad implements AutoCloseable {
    private static final double GOAL = 1.8;
    private static final double LOAD = 0.8;
    private static final int[] CALLERS = {1, 2, 4};
    private static final int ROUNDS = 3;
    private static final LookupOptions OPTIONS = new LookupOptions(true, null, null);

    private final ReadingModel reading;
    private final SemanticCache cache;
    private final List<CacheQuery> queries;
    private final int entries;

    LookupLoad(Workspace workspace, SentenceEmbedder embedder, GrownIndex index, Questions questions) {
        this.reading = ServerDefaults.reading(workspace, embedder.modelName());
        this.cache = new SemanticCache(
                embedder,
                index.index(),
                ServerDefaults.wouldBe(workspace, reading),
                ServerDefaults.cache(0),
                Clock.systemUTC(),
                (stage, nanos) -> {});
        this.queries = questions.probeTexts().stream().map(Prompt::query).toList();
        this.entries = index.stored();
    }

    /** Writes the section; returns how many times as many lookups the best number of callers gets as one alone. */
    double report(MarkdownReport report) {
        run(1);
        double alone = 0;
        double best = 0;
        List<List<String>> rows = new ArrayList<>();
        for (int callers : CALLERS) {
            LongStream.Builder nanos = LongStream.builder();
            double perSecond = 0;
            for (int i = 0; i < ROUNDS; i++) {
                Run run = run(callers);
                perSecond += run.perSecond() / ROUNDS;
                Arrays.stream(run.nanos()).forEach(nanos::add);
            }
            alone = callers == 1 ? perSecond : alone;
            best = Math.max(best, perSecond);
            rows.add(List.of(
                    Integer.toString(callers),
                    String.format(Locale.ROOT, "%.0f", perSecond),
                    String.format(Locale.ROOT, "%.2f", perSecond / alone),
                    Quantiles.of(nanos.build().toArray()).millis()));
        }
        Quantiles paced = paced(LOAD * best);
        report.section("Lookups at once");
        report.paragraph(String.format(
                Locale.ROOT,
                "Real questions that are not stored, looked up by meaning through the server's cache in this process,"
                        + " each once in each of %d rounds: embedding, search among %,d entries, decision.",
                ROUNDS,
                entries));
        report.table(List.of("callers", "lookups per second", "against one", "p50 / p90 / p99, ms"), rows);
        report.paragraph(String.format(
                Locale.ROOT,
                "At %.0f %% of the most lookups, arriving at even intervals whoever waits: %s ms (p50 / p90 / p99,"
                        + " from when each was due). As many times as one alone: **%.2f**, goal %.1f: %s.",
                100 * LOAD,
                paced.millis(),
                best / alone,
                GOAL,
                best / alone >= GOAL ? "met" : "MISSED"));
        return best / alone;
    }

    @Override
    public void close() {
        cache.close();
        reading.close();
    }

    private record Run(double perSecond, long[] nanos) {}

    /** Every query once, by callers that each ask one after the other. */
    private Run run(int callers) {
        long[] nanos = new long[queries.size()];
        var next = new AtomicInteger();
        long start = System.nanoTime();
        inParallel(callers, () -> {
            for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
                long begun = System.nanoTime();
                cache.lookup(queries.get(i), OPTIONS);
                nanos[i] = System.nanoTime() - begun;
            }
        });
        return new Run(nanos.length * 1e9 / (System.nanoTime() - start), nanos);
    }

    private Quantiles paced(double perSecond) {
        long[] nanos = new long[queries.size()];
        var next = new AtomicInteger();
        long start = System.nanoTime();
        // More callers than ever wait at once, so that none is late because its caller is.
        inParallel(32, () -> {
            for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
                long due = start + (long) (i * 1e9 / perSecond);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                cache.lookup(queries.get(i), OPTIONS);
                nanos[i] = System.nanoTime() - due;
            }
        });
        return Quantiles.of(nanos);
    }

    private static void inParallel(int threads, Runnable work) {
        try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(callers.submit(work));
            }
            for (Future<?> each : running) {
                each.get(10, TimeUnit.MINUTES);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a lookup failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("lookups hang", e);
        }
    }
}
