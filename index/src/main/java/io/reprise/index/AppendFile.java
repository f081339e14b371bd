package io.reprise.index;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A file that grows at its end: what the journal needs of a disk, and where tests make the disk fail. */
interface AppendFile extends Closeable {

    /** Hands the bytes to the operating system, all or with an exception; from then on they survive this process. */
    void append(byte[] bytes, int length) throws IOException;

    /** Cuts the file to this length; the next append continues there. */
    void truncate(long length) throws IOException;

    /** Makes what was appended survive a power cut. May be called while another thread appends. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;

    /** Creates a file that must not exist yet, so that no mistake can empty a journal. */
    @FunctionalInterface
    interface Opener {
        AppendFile create(Path path) throws IOException;
    }

    /**
     * A file of the operating system. Not a {@code FileChannel}: an interrupt of a writing thread closes a channel, and with it the
     * journal of every other writer.
     */
    static AppendFile onDisk(Path path) throws IOException {
        OwnerOnly.create(path).close();
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        return new AppendFile() {
            @Override
            public void append(byte[] bytes, int length) throws IOException {
                file.write(bytes, 0, length);
            }

            @Override
            public void truncate(long length) throws IOException {
                file.setLength(length);
                file.seek(length);
            }

            @Override
            public void sync() throws IOException {
                file.getFD().sync();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
