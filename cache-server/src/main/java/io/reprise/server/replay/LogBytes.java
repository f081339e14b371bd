package io.reprise.server.replay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a log as bytes, unpacked when it is gzip, whatever its name. Holds one line at a time, up to a limit. */
final class LogBytes {
    private static final int BUFFER = 1 << 16;
    private static final int GZIP_MAGIC = 0x8b1f;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final int maxBytes;
    private long number;
    private boolean tooLong;

    /**
     * @param log read to its end, and not closed
     * @param maxBytes the longest line that is kept
     */
    LogBytes(InputStream log, int maxBytes) throws IOException {
        var buffered = new BufferedInputStream(log, BUFFER);
        buffered.mark(2);
        int magic = buffered.read() | buffered.read() << 8;
        buffered.reset();
        this.in =
                magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER), BUFFER) : buffered;
        this.maxBytes = maxBytes;
    }

    /** The next line without its end, or null after the last. Of a line that is too long, nothing is kept. */
    byte @Nullable [] next() throws IOException {
        tooLong = false;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        number++;
        var line = new ByteArrayOutputStream();
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() < maxBytes) {
                line.write(next);
            } else {
                tooLong = true;
            }
        }
        return tooLong ? new byte[0] : number == 1 ? withoutMark(line.toByteArray()) : line.toByteArray();
    }

    /** The number of the line last read, from 1. */
    long number() {
        return number;
    }

    /** Whether the line last read was too long to keep. */
    boolean tooLong() {
        return tooLong;
    }

    private static byte[] withoutMark(byte[] line) {
        int mark = BYTE_ORDER_MARK.length;
        boolean marked = line.length >= mark && Arrays.equals(line, 0, mark, BYTE_ORDER_MARK, 0, mark);
        return marked ? Arrays.copyOfRange(line, mark, line.length) : line;
    }
}
