package io.reprise.server.cache;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
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
    private static final Duration PATIENCE = Duration.ofSeconds(10);

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

    /** A task on its way, and who waits for it. */
    private record Task<T>(Callable<T> work, Promise<T> promise) implements Runnable {
        @Override
        public void run() {
            T result;
            try {
                result = work.call();
            } catch (Throwable t) {
                // Errors too: whoever waits must hear of it.
                promise.fail(t);
                return;
            }
            promise.complete(result);
        }

        void abandon() {
            promise.tryFail(new OverloadedException("closed before it began"));
        }
    }

    /** Runs a task; the future fails with {@link OverloadedException} at once when too many wait, or when this is closed. */
    <T> Future<T> submit(Callable<T> work) {
        Promise<T> promise = Promise.promise();
        try {
            threads.execute(new Task<>(work, promise));
        } catch (RejectedExecutionException e) {
            String why = threads.isShutdown() ? "closed" : threads.getQueue().size() + " tasks wait already";
            promise.fail(new OverloadedException(why));
        }
        return promise.future();
    }

    /** Tasks that wait. */
    int waiting() {
        return threads.getQueue().size();
    }

    /** Whether a task runs or waits. */
    boolean isBusy() {
        return threads.getActiveCount() > 0 || waiting() > 0;
    }

    /** Finishes what waits, for at most ten seconds; what has not begun then fails with {@link OverloadedException}. */
    @Override
    public void close() {
        close(PATIENCE);
    }

    void close(Duration patience) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                abandonRest();
            }
        } catch (InterruptedException e) {
            abandonRest();
            Thread.currentThread().interrupt();
        }
    }

    private void abandonRest() {
        for (Runnable waiting : threads.shutdownNow()) {
            ((Task<?>) waiting).abandon();
        }
    }
}
