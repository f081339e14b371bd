package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.report.FolderFiles;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** An index on disk that is filled as a server's is: acknowledged stores of several writers at once. */
final class GrownIndex implements AutoCloseable {
    static final int WRITERS = 8;

    private final Path folder;
    private final IndexOptions options;
    private final Questions questions;
    private final Clock clock = Clock.systemUTC();
    private LuceneIndex index;
    private int stored;

    /** An empty one; what the folder held is gone. */
    GrownIndex(Path folder, IndexOptions options, Questions questions) {
        PreparedData.delete(folder);
        this.folder = folder;
        this.options = options;
        this.questions = questions;
        this.index = LuceneIndex.open(folder, options, clock);
    }

    LuceneIndex index() {
        return index;
    }

    int stored() {
        return stored;
    }

    /** Stores the next entries up to a number, as fast as they are acknowledged; returns the seconds that took. */
    double grow(int until) {
        var next = new AtomicInteger(stored);
        long start = System.nanoTime();
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                running.add(writers.submit(() -> {
                    for (int entry = next.getAndIncrement(); entry < until; entry = next.getAndIncrement()) {
                        store(entry);
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a store failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while storing", e);
        }
        stored = until;
        return seconds(start);
    }

    /** Stores one entry, anew when it is there; it is not counted. */
    void store(int entry) {
        index.put(questions.entry(entry, clock.millis()), questions.vector(entry));
    }

    void remove(int entry) {
        index.remove(questions.id(entry));
    }

    /** Waits until nothing is merged any more; returns the seconds that took. */
    double settle() {
        long start = System.nanoTime();
        PreparedData.awaitIdle(options.commitInterval().plusSeconds(5));
        return seconds(start);
    }

    /** Closes it and opens it again; returns the seconds that the opening took. */
    double reopen() {
        index.close();
        long start = System.nanoTime();
        index = LuceneIndex.open(folder, options, clock);
        return seconds(start);
    }

    /** What is on the disk now, the journal too. */
    FolderFiles files() {
        return FolderFiles.of(folder);
    }

    @Override
    public void close() {
        index.close();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
