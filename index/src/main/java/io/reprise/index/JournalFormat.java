package io.reprise.index;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The bytes of one journal file, big-endian: {@code int magic, int version}, then frames of {@code int length, int crc, long sequence,
 * byte[length] record}, where the CRC-32C (RFC 3720) covers sequence and record.
 */
final class JournalFormat {

    static final int HEADER_BYTES = 8;
    static final int FRAME_BYTES = 16;
    private static final int MAGIC = 0x5250524A;
    /** 2 added a type of record that is read still, and written no more; what version 1 wrote is read as it was. */
    private static final int VERSION = 2;

    private JournalFormat() {}

    /** Takes records in the order in which they were appended. */
    @FunctionalInterface
    interface Visitor {
        void visit(long sequence, byte[] record) throws IOException;
    }

    /**
     * How far a file could be read.
     *
     * @param lastSequence of the last whole frame, 0 when there is none
     * @param droppedBytes what follows it: a frame that was cut short, or damage
     */
    record Extent(long lastSequence, long droppedBytes) {}

    static byte[] header() {
        return ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(VERSION).array();
    }

    static void writeFrame(ByteBuffer out, long sequence, byte[] record) {
        out.putInt(record.length)
                .putInt(crc(sequence, record))
                .putLong(sequence)
                .put(record);
    }

    /**
     * Reads up to the first frame that is not whole.
     *
     * @param limit bytes of the file to read at most
     * @throws IndexException when a later version of this program wrote the file, or what begins it is no journal
     */
    static Extent read(Path file, long limit, Visitor visitor) throws IOException {
        long left = Math.min(limit, Files.size(file));
        long last = 0;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (left < HEADER_BYTES || !hasHeader(file, in.readInt(), in.readInt())) {
                return new Extent(0, left);
            }
            left -= HEADER_BYTES;
            while (left >= FRAME_BYTES) {
                int length = in.readInt();
                int crc = in.readInt();
                long sequence = in.readLong();
                if (length <= 0 || length > left - FRAME_BYTES) {
                    break;
                }
                byte[] record = in.readNBytes(length);
                if (record.length < length || crc != crc(sequence, record)) {
                    break;
                }
                visitor.visit(sequence, record);
                last = sequence;
                left -= FRAME_BYTES + length;
            }
        } catch (EOFException e) {
            // The file was cut while it was read: what came before stands.
            return new Extent(last, left);
        }
        return new Extent(last, left);
    }

    /** False for zeroes, which are a header that a power cut kept from the disk: nothing is appended before it is synced. */
    private static boolean hasHeader(Path file, int magic, int version) {
        if (magic == 0 && version == 0) {
            return false;
        }
        if (magic != MAGIC) {
            throw new IndexException("The journal " + file
                    + " is damaged at its beginning: restore it, or move it away to go on without the writes"
                    + " that it holds.");
        }
        if (version < 1 || version > VERSION) {
            throw new IndexException("The journal " + file + " has format version " + version
                    + ", this program reads 1 to " + VERSION + ": start the version that wrote it.");
        }
        return true;
    }

    private static int crc(long sequence, byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, sequence));
        crc.update(record);
        return (int) crc.getValue();
    }
}
