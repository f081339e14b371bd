package io.reprise.server.cache;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Platform threads for native calls and disk reads, which would hold a virtual thread's carrier, behind a queue that is bounded.
 *
 * <p>Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
    private final ThreadPoolExecutor threads;

    /**
     * @param name of the threads
     * @param size threads, at least 1
     * @param queue tasks that may wait, at least 0
     */
    WorkerPool(String name, int size, int queue) {
        var number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                size,
                size,
                0,
                TimeUnit.SECONDS,
                queue == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(queue),
                task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.prestartAllCoreThreads();
    }

    /** Runs a task; the future fails with {@link OverloadedException} at once when too many wait. */
    <T> Future<T> submit(Callable<T> task) {
        Promise<T> promise = Promise.promise();
        try {
            threads.execute(() -> {
                try {
                    promise.complete(task.call());
                } catch (Throwable t) {
                    promise.fail(t);
                }
            });
        } catch (RejectedExecutionException e) {
            promise.fail(new OverloadedException(threads.getQueue().size() + " tasks wait already"));
        }
        return promise.future();
    }

    /** Tasks that wait. */
    int waiting() {
        return threads.getQueue().size();
    }

    /** Finishes what waits, for at most ten seconds. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
