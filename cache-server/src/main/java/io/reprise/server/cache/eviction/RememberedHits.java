package io.reprise.server.cache.eviction;

import io.reprise.index.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How often and when entries were last asked for, as a former run left it: a long for each, sorted.
 *
 * <p>The upper 44 bits of a long are those of the id, which is a hash: that two of a million entries share them, and then their past,
 * is one chance in thirty. The lower 20 hold the hits and the time since the last one, both as logarithms, to some per cent. The file,
 * big-endian: {@code int magic, int version, long savedAtSeconds}, the longs, and the CRC-32C of all that, as an int. It is replaced
 * whole; when it is lost, entries start anew as if asked for once, when they were stored.
 */
final class RememberedHits {
    private static final int MAGIC = 0x52505248;
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 2 * Integer.BYTES + Long.BYTES;
    private static final int PAST_BITS = 20;
    private static final long PAST = (1L << PAST_BITS) - 1;
    private static final int IDLE_BITS = 12;
    private static final int IDLE = (1 << IDLE_BITS) - 1;
    private static final int IDLE_STEPS = 128;
    private static final int HITS = (1 << (PAST_BITS - IDLE_BITS)) - 1;
    private static final int HITS_STEPS = 16;
    private static final double LOG_2 = Math.log(2);

    /** Of nothing. */
    static final RememberedHits NONE = new RememberedHits(new long[0], 0);

    /**
     * What is remembered of one entry.
     *
     * @param hits at least 1, its store counted
     * @param atSeconds when it was last asked for, or stored
     */
    record Past(float hits, long atSeconds) {}

    private final long[] records;
    private final long savedAtSeconds;

    /** @param records made with {@link #record}, in any order; sorted here, and kept */
    RememberedHits(long[] records, long savedAtSeconds) {
        Arrays.sort(records);
        this.records = records;
        this.savedAtSeconds = savedAtSeconds;
    }

    /** A record of one entry. */
    static long record(long idPrefix, float hits, long idleSeconds) {
        long idle = Math.min(Math.round(Math.log1p((double) Math.max(0, idleSeconds)) / LOG_2 * IDLE_STEPS), IDLE);
        long often = Math.min(Math.round(Math.log(Math.max(1, hits)) / LOG_2 * HITS_STEPS), HITS);
        return (idPrefix & ~PAST) | (often << IDLE_BITS) | idle;
    }

    /** What is remembered of an entry, or null. */
    @Nullable Past of(long idPrefix) {
        int at = Arrays.binarySearch(records, idPrefix & ~PAST);
        at = at < 0 ? -at - 1 : at;
        if (at == records.length || (records[at] & ~PAST) != (idPrefix & ~PAST)) {
            return null;
        }
        double hits = Math.exp((double) ((records[at] >> IDLE_BITS) & HITS) * LOG_2 / HITS_STEPS);
        double idle = Math.expm1((double) (records[at] & IDLE) * LOG_2 / IDLE_STEPS);
        return new Past((float) hits, savedAtSeconds - Math.round(idle));
    }

    /**
     * Reads a file.
     *
     * @throws IOException when it is there and cannot be read, or is not whole
     */
    static RememberedHits read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return NONE;
        }
        byte[] bytes = Files.readAllBytes(file);
        int body = bytes.length - Integer.BYTES;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (body < HEAD_BYTES
                || (body - HEAD_BYTES) % Long.BYTES != 0
                || in.getInt(body) != crc(bytes, body)
                || in.getInt() != MAGIC
                || in.getInt() != VERSION) {
            throw new IOException(file + " is damaged or of another version");
        }
        long savedAtSeconds = in.getLong();
        long[] records = new long[(body - HEAD_BYTES) / Long.BYTES];
        in.asLongBuffer().get(records);
        return new RememberedHits(records, savedAtSeconds);
    }

    void write(Path file) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + records.length * Long.BYTES + Integer.BYTES);
        out.putInt(MAGIC).putInt(VERSION).putLong(savedAtSeconds);
        out.asLongBuffer().put(records);
        int body = out.capacity() - Integer.BYTES;
        out.putInt(body, crc(out.array(), body)).rewind();
        Path target = file.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try (FileChannel channel = OwnerOnly.replace(fresh)) {
            while (out.hasRemaining()) {
                channel.write(out);
            }
            channel.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
