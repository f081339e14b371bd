package io.reprise.index;

import java.io.IOException;
import java.util.Collection;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.jspecify.annotations.Nullable;

/** A disk that fails when told to. */
final class FaultyDisk {

    private static final String FULL = "No space left on device";

    private volatile int appendableBytes = Integer.MAX_VALUE;
    private volatile boolean syncsFail;
    private volatile boolean truncationsFail;
    private volatile @Nullable LuceneStep failing;

    /** What Lucene asks of a disk, in the order of a commit. */
    enum LuceneStep {
        /** A new file, of a segment or a commit. */
        CREATE,
        /** A new file of a merged segment. */
        MERGE,
        /** A sync of the files that a commit names. */
        SYNC,
        /** The name that makes a commit the latest. */
        RENAME,
        /** A sync of the folder behind that: the commit is there, and is told as failed. */
        SYNC_FOLDER
    }

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

    void fail(LuceneStep step) {
        failing = step;
    }

    void heal() {
        appendableBytes = Integer.MAX_VALUE;
        syncsFail = false;
        truncationsFail = false;
        failing = null;
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
            failAt(context.context() == IOContext.Context.MERGE ? LuceneStep.MERGE : LuceneStep.CREATE);
            return super.createOutput(name, context);
        }

        @Override
        public void sync(Collection<String> names) throws IOException {
            failAt(LuceneStep.SYNC);
            super.sync(names);
        }

        @Override
        public void rename(String source, String dest) throws IOException {
            failAt(LuceneStep.RENAME);
            super.rename(source, dest);
        }

        @Override
        public void syncMetaData() throws IOException {
            failAt(LuceneStep.SYNC_FOLDER);
            super.syncMetaData();
        }

        private void failAt(LuceneStep step) throws IOException {
            if (failing == step) {
                throw new IOException(FULL);
            }
        }
    }
}
