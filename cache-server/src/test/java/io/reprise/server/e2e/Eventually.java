package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what a server does in the background and tells nobody of. */
final class Eventually {
    private Eventually() {}

    /** Asks again and again; the test has failed when it does not come to be in time. */
    static void await(Duration within, BooleanSupplier condition) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "did not come to be within " + within);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
