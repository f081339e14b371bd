package io.reprise.server.requests;

import io.reprise.server.ledger.LedgerException;
import io.reprise.server.ledger.SqliteFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the log's file on one thread of its own, which waits for what was told before. Thread-safe. */
final class LogReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogReader.class);
    private static final int MAX_WAITING = 64;
    private static final long CLOSE_SECONDS = 10;

    private final Path path;
    private final LogWriter writer;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().daemon().name("reprise-requests-reader").factory());

    // Touched by the thread alone.
    private @Nullable Connection connection;

    private @Nullable Object fileKey;

    LogReader(Path path, LogWriter writer) {
        this.path = path.toAbsolutePath();
        this.writer = writer;
    }

    <T> CompletionStage<T> read(LogReading<T> reading) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        try {
            thread.execute(() -> answer(reading, reply));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new LedgerException(
                    thread.isShutdown()
                            ? "the log of calls is closed"
                            : MAX_WAITING + " questions to the log of calls are waiting: ask again later",
                    e));
        }
        return reply;
    }

    private <T> void answer(LogReading<T> reading, CompletableFuture<T> reply) {
        T answer;
        try {
            writer.awaitWritten();
            answer = reading.of(open());
        } catch (SQLException e) {
            closeConnection();
            reply.completeExceptionally(SqliteFile.failure(path, e));
            return;
        } catch (Throwable e) { // An Error too must reach who waits.
            closeConnection();
            reply.completeExceptionally(e);
            return;
        }
        reply.complete(answer);
    }

    /** A log that was set aside has another file in its place. */
    private Connection open() throws SQLException {
        Object key = key();
        if (connection == null || key == null || !key.equals(fileKey)) {
            closeConnection();
            connection = SqliteFile.openToRead(path);
            fileKey = key;
        }
        return connection;
    }

    private @Nullable Object key() {
        try {
            return Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class)
                    .fileKey();
        } catch (java.io.IOException e) {
            return null;
        }
    }

    private void closeConnection() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                log.debug("Closing the log of calls failed", e);
            }
        }
    }

    @Override
    public void close() {
        try {
            thread.execute(this::closeConnection);
        } catch (RejectedExecutionException e) {
            log.debug("The log of calls is read to the last", e);
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
