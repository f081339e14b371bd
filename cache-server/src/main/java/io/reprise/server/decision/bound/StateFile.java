package io.reprise.server.decision.bound;

import io.reprise.index.OwnerOnly;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A saved state, big-endian: {@code int magic, int version, UTF subject, int fingerprint}, a body, and the CRC-32C of all that, as an
 * int. A file is replaced whole, and only when its state has changed. Not thread-safe, but for {@link #encoded}.
 */
final class StateFile {
    private static final int MAGIC = 0x52505249;
    private static final int VERSION = 2;
    private static final int CRC_BYTES = Integer.BYTES;

    private final Path file;
    private final String subject;
    private final int fingerprint;
    /** The state that needs no saving. */
    private byte[] saved = new byte[0];

    /** @param subject what the state is about, with its fingerprint: one of another is not read */
    StateFile(Path file, String subject, int fingerprint) {
        this.file = file;
        this.subject = subject;
        this.fingerprint = fingerprint;
    }

    /** A file of its own for each subject, so that who comes back to one finds what was known of it. */
    static StateFile ofSubject(Path folder, String subject, int fingerprint) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        return new StateFile(
                folder.resolve(String.format(Locale.ROOT, "evidence-%08x.bin", crc(name, name.length))),
                subject,
                fingerprint);
    }

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

    byte[] encoded(Writer body) {
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
    Published.Start read(Reader body) {
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

    /** Takes a state for the one that is on disk, or needs not be. */
    void isSaved(byte[] state) {
        saved = state;
    }

    /**
     * Replaces the file, unless nothing has changed since.
     *
     * @throws UncheckedIOException when it cannot be written; the old file is whole then
     */
    void save(byte[] state) {
        if (!Arrays.equals(state, saved)) {
            replace(state);
            saved = state;
        }
    }

    private void replace(byte[] bytes) {
        Path target = file.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try {
            try (FileChannel channel = OwnerOnly.replace(fresh)) {
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
