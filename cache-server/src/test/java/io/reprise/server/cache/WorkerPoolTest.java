package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkerPoolTest {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<WorkerPool> pools = new ArrayList<>();

    @AfterEach
    void close() {
        gate.countDown();
        pools.forEach(WorkerPool::close);
    }

    @Test
    void task_runsOnAPlatformThreadOfThePool() {
        Thread thread = Waiting.result(pool(1, 1).submit(Thread::currentThread));
        assertEquals("test-1", thread.getName());
        assertTrue(thread.isDaemon());
        assertFalse(thread.isVirtual());
    }

    @Test
    void taskThatThrows_failsItsFuture() {
        var fault = new IllegalStateException("no");
        Future<Object> failed = pool(1, 1).submit(() -> {
            throw fault;
        });
        assertSame(fault, assertThrows(IllegalStateException.class, () -> Waiting.result(failed)));
    }

    @Test
    void taskThatDies_failsItsFutureAndThePoolGoesOn() {
        WorkerPool pool = pool(1, 8);
        Future<Object> failed = pool.submit(() -> {
            throw new StackOverflowError();
        });
        assertThrows(StackOverflowError.class, () -> Waiting.result(failed));
        assertEquals(1, Waiting.result(pool.submit(() -> 1)));
    }

    @Test
    void moreThanMayWait_isRefusedAtOnce() {
        WorkerPool pool = pool(1, 2);
        hold(pool);
        Future<Integer> second = pool.submit(() -> 2);
        Future<Integer> third = pool.submit(() -> 3);
        assertEquals(2, pool.waiting());
        Future<Integer> fourth = pool.submit(() -> 4);
        assertInstanceOf(OverloadedException.class, fourth.cause());
        gate.countDown();
        assertEquals(2, Waiting.result(second));
        assertEquals(3, Waiting.result(third));
    }

    @Test
    void poolWithoutAQueue_refusesWhatItCannotBegin() {
        WorkerPool pool = pool(1, 0);
        Waiting.until(() -> {
            Future<Integer> task = pool.submit(() -> {
                Waiting.forLatch(gate);
                return 1;
            });
            return !task.failed();
        });
        assertInstanceOf(OverloadedException.class, pool.submit(() -> 2).cause());
    }

    @Test
    void closing_finishesWhatWaits() {
        WorkerPool pool = pool(1, 8);
        hold(pool);
        Future<Integer> waiting = pool.submit(() -> 2);
        gate.countDown();
        pool.close();
        assertEquals(2, waiting.result());
    }

    @Test
    void closed_refuses() {
        WorkerPool pool = pool(1, 8);
        pool.close();
        pool.close();
        assertInstanceOf(OverloadedException.class, pool.submit(() -> 1).cause());
    }

    /** Who awaits such a future would wait for ever. */
    @Test
    void taskThatClosingGaveUp_failsItsFuture() {
        WorkerPool pool = pool(1, 8);
        var begun = hold(pool);
        var ran = new AtomicBoolean();
        Future<Object> waiting = pool.submit(() -> {
            ran.set(true);
            return 1;
        });
        pool.close(Duration.ZERO);
        assertInstanceOf(OverloadedException.class, waiting.cause());
        assertThrows(IllegalStateException.class, () -> Waiting.result(begun));
        assertFalse(ran.get());
    }

    private WorkerPool pool(int size, int queue) {
        var pool = new WorkerPool("test", size, queue);
        pools.add(pool);
        return pool;
    }

    /** Occupies the pool's only thread until the gate opens. */
    private Future<Integer> hold(WorkerPool pool) {
        var begun = new CountDownLatch(1);
        Future<Integer> held = pool.submit(() -> {
            begun.countDown();
            Waiting.forLatch(gate);
            return 1;
        });
        Waiting.forLatch(begun);
        return held;
    }
}
