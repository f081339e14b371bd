package io.reprise.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes since the last Lucene commit, in the order in which they were acknowledged.
 *
 * <p>A journal is a row of files {@code journal-<generation>.log} ({@link JournalFormat}). Each opening and each commit starts a new
 * one, so a file with a torn tail is never written again, and a file is deleted as a whole once a commit covers its last sequence
 * number. A sequence number is never used twice, even when its append failed, because the failed bytes might still be found. Of each
 * file it is known how many bytes of it are acknowledged; what a disk that failed left behind them is no part of it.
 *
 * <p>Threads: {@link #append} and {@link #rotate} need the caller's write lock; {@link #sync}, {@link #prepare}, {@link
 * #deleteThrough} and {@link #replay} may run beside them.
 */
final class Journal implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final String PREFIX = "journal-";
    private static final String SUFFIX = ".log";

    /**
     * A file that is no longer appended to; one of an earlier process is not open.
     *
     * @param bytes of it that hold whole records
     */
    private record Retired(
            Path path,
            long lastSequence,
            long bytes,
            @Nullable AppendFile file) {}

    /** An empty file, ready to be appended to. */
    record Prepared(Path path, AppendFile file) {}

    private final Path folder;
    private final AppendFile.Opener opener;
    private final List<Retired> retired = new ArrayList<>(); // guarded by itself
    private final Set<AppendFile> unsynced = new LinkedHashSet<>(); // guarded by itself
    private final ReentrantLock syncing = new ReentrantLock();
    private long generation;
    private long sequence;
    private volatile Prepared current;
    private volatile long position;
    private boolean broken;

    /**
     * Replays what a folder holds, and starts a new file behind it.
     *
     * @param committed sequence number up to which nothing needs to be replayed
     */
    static Journal open(Path folder, long committed, AppendFile.Opener opener, JournalFormat.Visitor visitor)
            throws IOException {
        OwnerOnly.createFolder(folder);
        List<Retired> found = new ArrayList<>();
        long last = committed;
        long generation = 0;
        for (Path path : files(folder)) {
            JournalFormat.Extent extent = replayFile(path, Long.MAX_VALUE, committed, Long.MAX_VALUE, visitor);
            if (extent.droppedBytes() > 0) {
                log.warn(
                        "Dropped the last {} bytes of {}, from the first record on that is not whole: a write that was"
                                + " cut off before it was acknowledged or, after a power cut, before it was synced.",
                        extent.droppedBytes(),
                        path);
            }
            last = Math.max(last, extent.lastSequence());
            generation = generationOf(path);
            found.add(new Retired(path, extent.lastSequence(), Files.size(path) - extent.droppedBytes(), null));
        }
        return new Journal(folder, opener, found, generation, last);
    }

    private Journal(Path folder, AppendFile.Opener opener, List<Retired> found, long generation, long sequence)
            throws IOException {
        this.folder = folder;
        this.opener = opener;
        this.retired.addAll(found);
        this.generation = generation;
        this.sequence = sequence;
        this.current = prepare();
        this.position = JournalFormat.HEADER_BYTES;
    }

    /**
     * Visits the records with {@code after < sequence <= through}, which must all have been acknowledged.
     *
     * @throws IOException when one of them cannot be read any more
     */
    void replay(long after, long through, JournalFormat.Visitor visitor) throws IOException {
        List<Retired> files;
        synchronized (retired) {
            files = new ArrayList<>(retired);
            files.add(new Retired(current.path(), through, position, null));
        }
        for (Retired file : files) {
            JournalFormat.Extent extent = replayFile(file.path(), file.bytes(), after, through, visitor);
            if (extent.droppedBytes() > 0) {
                throw new IOException("the journal " + file.path() + " was damaged while in use: "
                        + extent.droppedBytes() + " bytes of it cannot be read");
            }
        }
    }

    /** The last sequence number given out. */
    long lastSequence() {
        return sequence;
    }

    /**
     * Appends records, all or none.
     *
     * @param durably whether to sync before returning
     * @return the sequence number of the first; the others follow one by one
     */
    long append(List<byte[]> records, boolean durably) throws IOException {
        if (broken) {
            rotate(prepare());
        }
        long first = sequence + 1;
        int bytes = records.stream()
                .mapToInt(each -> JournalFormat.FRAME_BYTES + each.length)
                .sum();
        ByteBuffer frames = ByteBuffer.allocate(bytes);
        for (byte[] each : records) {
            JournalFormat.writeFrame(frames, ++sequence, each);
        }
        AppendFile file = current.file();
        long start = position;
        boolean appended = false;
        try {
            file.append(frames.array(), bytes);
            appended = true;
            if (durably) {
                file.sync();
            } else {
                synchronized (unsynced) {
                    unsynced.add(file);
                }
            }
        } catch (IOException e) {
            takeBack(file, start, e);
            // After a failed sync the system may think that it has written what it has not: nothing more goes into this
            // file.
            broken |= appended;
            throw e;
        }
        position = start + bytes;
        return first;
    }

    /** Undoes a failed append, or, where the disk refuses that too, sees to it that nothing is appended behind its remains. */
    private void takeBack(AppendFile file, long start, IOException failure) {
        try {
            file.truncate(start);
        } catch (IOException e) {
            broken = true;
            failure.addSuppressed(e);
        }
    }

    /** Whether the file that is appended to holds anything, so that the next one would be another. */
    boolean hasRecords() {
        return position > JournalFormat.HEADER_BYTES;
    }

    /** Creates the next file. */
    Prepared prepare() throws IOException {
        Path path;
        synchronized (retired) {
            generation++;
            path = folder.resolve(PREFIX + "%012d".formatted(generation) + SUFFIX);
        }
        AppendFile file = opener.create(path);
        try {
            file.append(JournalFormat.header(), JournalFormat.HEADER_BYTES);
            file.sync();
            IOUtils.fsync(folder, true);
        } catch (IOException e) {
            IOUtils.closeWhileHandlingException(file);
            Files.deleteIfExists(path);
            throw e;
        }
        return new Prepared(path, file);
    }

    /** Appends to this file from now on. */
    void rotate(Prepared next) {
        if (broken) {
            cutRemains();
        }
        synchronized (retired) {
            retired.add(new Retired(current.path(), sequence, position, current.file()));
            current = next;
            position = JournalFormat.HEADER_BYTES;
        }
        broken = false;
    }

    /** What a failed write left behind would count as written after the next start, if all of it is there. */
    private void cutRemains() {
        try {
            current.file().truncate(position);
        } catch (IOException e) {
            log.warn(
                    "A write that failed could not be cut off {}: after a restart it may be there.", current.path(), e);
        }
    }

    /** Makes every append that returned before this call survive a power cut. */
    void sync() throws IOException {
        syncing.lock();
        try {
            List<AppendFile> files;
            synchronized (unsynced) {
                files = List.copyOf(unsynced);
                unsynced.clear();
            }
            try {
                for (AppendFile file : files) {
                    file.sync();
                }
            } catch (IOException e) {
                synchronized (unsynced) {
                    unsynced.addAll(files);
                }
                throw e;
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Deletes the files that hold nothing newer than a commit does. */
    void deleteThrough(long committed) throws IOException {
        syncing.lock();
        try {
            List<Retired> covered;
            synchronized (retired) {
                covered = retired.stream()
                        .filter(each -> each.lastSequence() <= committed)
                        .toList();
            }
            for (Retired each : covered) {
                AppendFile file = each.file();
                if (file != null) {
                    synchronized (unsynced) {
                        unsynced.remove(file);
                    }
                    file.close();
                }
                Files.deleteIfExists(each.path());
                synchronized (retired) {
                    retired.remove(each);
                }
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Bytes of all files. */
    long bytes() {
        synchronized (retired) {
            return position + retired.stream().mapToLong(Retired::bytes).sum();
        }
    }

    @Override
    public void close() throws IOException {
        List<AppendFile> files = new ArrayList<>(List.of(current.file()));
        synchronized (retired) {
            retired.stream().map(Retired::file).filter(Objects::nonNull).forEach(files::add);
        }
        try {
            sync();
        } finally {
            IOUtils.close(files);
        }
    }

    private static JournalFormat.Extent replayFile(
            Path path, long limit, long after, long through, JournalFormat.Visitor visitor) throws IOException {
        return JournalFormat.read(path, limit, (sequence, record) -> {
            if (sequence > after && sequence <= through) {
                visitor.visit(sequence, record);
            }
        });
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> path.getFileName().toString().matches(PREFIX + "\\d{12}" + SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static long generationOf(Path path) {
        String name = path.getFileName().toString();
        return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
    }
}
