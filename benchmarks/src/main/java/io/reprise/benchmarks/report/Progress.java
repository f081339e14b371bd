package io.reprise.benchmarks.report;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How far a program is, as one line that is written over and over. Thread-safe. */
public final class Progress {
    private static final long PAUSE_NANOS = 200_000_000;
    private static final int WIDTH = 78;

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final long begin;
    private String phase = "";
    private long of;
    private long done;
    private long nextLine;

    /**
     * @param out usually standard error
     * @param nanoTime a clock that only goes on, in nanoseconds
     */
    public Progress(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    /**
     * Begins something.
     *
     * @param name what is being done
     * @param total steps that it has
     */
    public synchronized void phase(String name, long total) {
        phase = name;
        of = total;
        done = 0;
        nextLine = Long.MIN_VALUE;
        step(0);
    }

    /** Says that so many more steps are done. */
    public synchronized void step(long more) {
        done += more;
        long now = nanoTime.getAsLong() - begin;
        boolean complete = done >= of;
        if (complete || now >= nextLine) {
            nextLine = now + PAUSE_NANOS;
            String line =
                    String.format(Locale.ROOT, "%4.0f s  %s: %,d of %,d", now / 1e9, phase, Math.min(done, of), of);
            out.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
            if (complete) {
                out.println();
            }
            out.flush();
        }
    }
}
