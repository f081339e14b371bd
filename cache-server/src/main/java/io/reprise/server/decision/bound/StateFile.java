package io.reprise.server.decision.bound;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of a saved state, big-endian: {@code int magic, int version, UTF subject, int fingerprint}, a body, and the CRC-32C of all
 * that, as an int. A file is replaced whole.
 */
final class StateFile {
    private static final int MAGIC = 0x52505249;
    private static final int VERSION = 1;
    private static final int CRC_BYTES = Integer.BYTES;

    private StateFile() {}

    /** Writes a part of a state. */
    @FunctionalInterface
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads it back. */
    @FunctionalInterface
    interface Reader {
        void read(DataInputStream in) throws IOException;
    }

    static byte[] encode(String subject, int fingerprint, Writer body) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeUTF(subject);
            out.writeInt(fingerprint);
            body.write(out);
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode the state of the bound", e);
        }
        return bytes.toByteArray();
    }

    /** Reads a file into a new state, which is not to be used unless the answer is {@code STATE}. */
    static Published.Start read(Path file, String subject, int fingerprint, Reader body) {
        if (!Files.exists(file)) {
            return Published.Start.NO_STATE;
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            int length = bytes.length - CRC_BYTES;
            if (length <= 0
                    || crc(bytes, length)
                            != ByteBuffer.wrap(bytes, length, CRC_BYTES).getInt()) {
                return Published.Start.UNREADABLE_STATE;
            }
            try (var in = new DataInputStream(new ByteArrayInputStream(Arrays.copyOf(bytes, length)))) {
                if (in.readInt() != MAGIC) {
                    return Published.Start.UNREADABLE_STATE;
                }
                if (in.readInt() != VERSION || !in.readUTF().equals(subject) || in.readInt() != fingerprint) {
                    return Published.Start.FOREIGN_STATE;
                }
                body.read(in);
                return in.available() == 0 ? Published.Start.STATE : Published.Start.UNREADABLE_STATE;
            }
        } catch (IOException e) {
            return Published.Start.UNREADABLE_STATE;
        }
    }

    static void replace(Path file, byte[] bytes) {
        Path target = file.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save the state of the bound to " + file, e);
        }
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
