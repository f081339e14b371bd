package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.OwnerOnly;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of JSON objects, one a line, that grows at its end. A line that is written survives the death of this process: it is the
 * operating system's by then. A line that was not written whole is cut off when the file is opened.
 *
 * <p>Not a {@code FileChannel}: an interrupt of a writing thread would close it for all. Not thread-safe.
 */
final class Lines implements AutoCloseable {
    private static final byte NEW_LINE = '\n';

    private final Path path;
    private final boolean synced;
    private RandomAccessFile file;
    private long length;

    private Lines(Path path, boolean synced, RandomAccessFile file) {
        this.path = path;
        this.synced = synced;
        this.file = file;
    }

    /**
     * Opens a file, making it where it is not there.
     *
     * @param synced whether a line is on the disk, and survives a power cut, when it is appended
     * @param each told each line, in order
     * @throws AccessException when it cannot be opened, or is damaged
     */
    static Lines open(Path path, boolean synced, Consumer<ObjectNode> each) {
        try {
            try {
                OwnerOnly.create(path).close();
            } catch (FileAlreadyExistsException e) {
                // From an earlier run.
            }
            var lines = new Lines(path, synced, new RandomAccessFile(path.toFile(), "rw"));
            lines.read(each);
            return lines;
        } catch (IOException e) {
            throw new AccessException("cannot open " + path + " (" + e + "); allow it, or restore it from a backup", e);
        }
    }

    private void read(Consumer<ObjectNode> each) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int from = 0;
        for (int line = 1; from < bytes.length; line++) {
            int end = from;
            while (end < bytes.length && bytes[end] != NEW_LINE) {
                end++;
            }
            if (end == bytes.length) {
                break;
            }
            try {
                each.accept(StrictJson.parseObject(Arrays.copyOfRange(bytes, from, end)));
            } catch (MalformedRequestException | IllegalArgumentException e) {
                file.close();
                throw new AccessException(
                        "line " + line + " of " + path + " is damaged (" + e.getMessage()
                                + "); restore the file from a backup, or take that line out",
                        e);
            }
            from = end + 1;
        }
        file.setLength(from);
        file.seek(from);
        length = from;
    }

    /** Bytes of the file. */
    long length() {
        return length;
    }

    /**
     * Adds a line.
     *
     * @throws AccessException when the disk refuses; nothing is added then
     */
    void append(ObjectNode line) {
        byte[] bytes = encoded(line);
        try {
            file.write(bytes);
            if (synced) {
                file.getFD().sync();
            }
            length += bytes.length;
        } catch (IOException e) {
            try {
                file.setLength(length);
                file.seek(length);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw new AccessException("cannot write " + path + " (" + e.getMessage() + "); free some space", e);
        }
    }

    /**
     * Puts other lines in place of all, or leaves the file as it is.
     *
     * @throws AccessException when the disk refuses
     */
    void replace(List<ObjectNode> lines) {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            long written = 0;
            try (FileChannel channel = OwnerOnly.replace(fresh)) {
                for (ObjectNode line : lines) {
                    ByteBuffer bytes = ByteBuffer.wrap(encoded(line));
                    written += bytes.remaining();
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                }
                channel.force(true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            file.close();
            file = new RandomAccessFile(path.toFile(), "rw");
            file.seek(written);
            length = written;
        } catch (IOException e) {
            throw new AccessException("cannot write " + path + " (" + e.getMessage() + "); free some space", e);
        }
    }

    private static byte[] encoded(ObjectNode line) {
        byte[] json = StrictJson.bytes(line);
        byte[] bytes = Arrays.copyOf(json, json.length + 1);
        bytes[json.length] = NEW_LINE;
        return bytes;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new AccessException("cannot close " + path + " (" + e.getMessage() + ")", e);
        }
    }
}
