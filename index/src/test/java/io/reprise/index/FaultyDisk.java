package io.reprise.index;

import java.io.IOException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/** A disk that fails when told to. */
final class FaultyDisk {

    private static final String FULL = "No space left on device";

    private volatile int appendableBytes = Integer.MAX_VALUE;
    private volatile boolean syncsFail;
    private volatile boolean truncationsFail;
    private volatile boolean luceneFails;

    /** Lets each append write this many bytes, then fail. */
    void failAppendsAfter(int bytes) {
        appendableBytes = bytes;
    }

    void failSyncs() {
        syncsFail = true;
    }

    void failTruncations() {
        truncationsFail = true;
    }

    /** Lets Lucene create no file. */
    void failLucene() {
        luceneFails = true;
    }

    void heal() {
        appendableBytes = Integer.MAX_VALUE;
        syncsFail = false;
        truncationsFail = false;
        luceneFails = false;
    }

    Disk disk() {
        return new Disk(journalFiles(), folder -> new FaultyDirectory(FSDirectory.open(folder)));
    }

    AppendFile.Opener journalFiles() {
        return path -> new FaultyFile(AppendFile.onDisk(path));
    }

    private final class FaultyFile implements AppendFile {
        private final AppendFile file;

        FaultyFile(AppendFile file) {
            this.file = file;
        }

        @Override
        public void append(byte[] bytes, int length) throws IOException {
            file.append(bytes, Math.min(length, appendableBytes));
            if (length > appendableBytes) {
                throw new IOException(FULL);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            if (truncationsFail) {
                throw new IOException("Input/output error");
            }
            file.truncate(length);
        }

        @Override
        public void sync() throws IOException {
            if (syncsFail) {
                throw new IOException("Input/output error");
            }
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private final class FaultyDirectory extends FilterDirectory {

        FaultyDirectory(Directory directory) {
            super(directory);
        }

        @Override
        public IndexOutput createOutput(String name, IOContext context) throws IOException {
            if (luceneFails) {
                throw new IOException(FULL);
            }
            return super.createOutput(name, context);
        }
    }
}
