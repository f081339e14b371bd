package io.reprise.server.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts the lines that pass and says from time to time how many there were; keeps the beginning of the last whole one. Confined to one
 * thread.
 */
final class LineCount {
    private static final int KEPT_BYTES = 128;
    private static final long TOLD_NANOS = 2_000_000_000L;

    private final String what;
    private final LongSupplier nanos;
    private final Consumer<String> progress;
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream(KEPT_BYTES);
    private String lastBeginning = "";
    private long lines;
    private long bytes;
    private long toldAt;

    /**
     * @param what is done with the lines, such as "sent"
     * @param nanos a clock as {@link System#nanoTime}
     */
    LineCount(String what, LongSupplier nanos, Consumer<String> progress) {
        this.what = what;
        this.nanos = nanos;
        this.progress = progress;
        this.toldAt = nanos.getAsLong();
    }

    void add(byte[] buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] == '\n') {
                lines++;
                lastBeginning = beginning.toString(StandardCharsets.UTF_8);
                beginning.reset();
            } else if (beginning.size() < KEPT_BYTES) {
                beginning.write(buffer[i]);
            }
        }
        bytes += length;
        long now = nanos.getAsLong();
        if (now - toldAt >= TOLD_NANOS) {
            toldAt = now;
            progress.accept(toString());
        }
    }

    /** At most 128 bytes of the last line that has ended. */
    String lastBeginning() {
        return lastBeginning;
    }

    @Override
    public String toString() {
        return String.format("%,d lines, %,.1f MB %s", lines, bytes / 1e6, what);
    }
}
