package io.reprise.server.http;

import java.time.Duration;

/**
 * How long the sender of an import still has: so long for each {@value #BYTES} bytes. Who sends a byte now and then holds a place no longer
 * than who sends nothing. What the server takes for what has come does not count. Not thread-safe.
 */
final class ImportPace {
    static final int BYTES = 64 * 1024;

    private final Duration each;
    private Duration left;
    private long came;

    /** @param each positive */
    ImportPace(Duration each) {
        this.each = each;
        this.left = each;
    }

    /** How long the next part may take; zero or less when it is late. */
    Duration left() {
        return left;
    }

    /**
     * A part has come.
     *
     * @param bytes of it
     * @param waited how long it was waited for
     */
    void came(int bytes, Duration waited) {
        came += bytes;
        left = left.minus(waited);
        if (came >= BYTES) {
            came = 0;
            left = each;
        }
    }
}
