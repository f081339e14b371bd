package io.reprise.server.requests;

import io.reprise.server.ledger.Cells;
import io.reprise.server.ledger.LedgerException;
import io.reprise.server.ledger.SqliteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the log: a row for each call, and totals by the hour, by five minutes and by prompt, which are written in the same
 * transaction and so always agree with the rows.
 *
 * <p>Not thread-safe: every call comes from the log's writing thread. Every method throws {@link LedgerException} when the file cannot
 * be used.
 */
final class LogFile implements AutoCloseable {
    static final String NAME = "requests.sqlite";

    private static final Logger log = LoggerFactory.getLogger(LogFile.class);
    private static final int VERSION = 1;

    private static final String ROWS = Stream.of(Column.values())
            .map(Column::definition)
            .collect(Collectors.joining(", ", "CREATE TABLE requests (sequence INTEGER PRIMARY KEY, ", ") STRICT"));

    private static final String HOURS = "CREATE TABLE hours (hour INTEGER NOT NULL, model TEXT NOT NULL,"
            + " endpoint TEXT NOT NULL, \"key\" TEXT NOT NULL, team TEXT NOT NULL, \"user\" TEXT NOT NULL,"
            + " tags TEXT NOT NULL, outcome TEXT NOT NULL, upstream TEXT NOT NULL, audit INTEGER NOT NULL,"
            + " size INTEGER NOT NULL, "
            + GroupTotals.COLUMNS.stream()
                    .map(column -> column + " INTEGER NOT NULL")
                    .collect(Collectors.joining(", "))
            + ", PRIMARY KEY (" + String.join(", ", Group.COLUMNS) + ")) STRICT, WITHOUT ROWID";

    private static final SqliteFile.Schema TABLES = new SqliteFile.Schema(
            VERSION,
            // So that the file can give back what is deleted.
            List.of("PRAGMA auto_vacuum = INCREMENTAL"),
            List.of(
                    ROWS,
                    "CREATE INDEX requests_by_end ON requests (finished_ms)",
                    "CREATE INDEX requests_by_id ON requests (id)",
                    "CREATE TABLE texts (sequence INTEGER PRIMARY KEY, prompt TEXT, completion TEXT) STRICT",
                    HOURS,
                    Slots.TABLE,
                    Prompts.TABLE,
                    Prompts.CUT_DAYS),
            new TreeMap<>());

    private static final String INSERT = "INSERT INTO requests (sequence, "
            + Stream.of(Column.values()).map(Column::column).collect(Collectors.joining(", ")) + ") VALUES (?"
            + ", ?".repeat(Column.values().length) + ")";

    private static final String ADD = Cells.adding("hours", Group.COLUMNS, GroupTotals.COLUMNS);

    private final Path path;
    private final Connection connection;
    private long nextSequence;

    private LogFile(Path path, Connection connection, long nextSequence) {
        this.path = path;
        this.connection = connection;
        this.nextSequence = nextSequence;
    }

    /** Opens the log of a folder that exists. A damaged file is set aside under another name, and a new one begun. */
    static LogFile open(Path folder, Clock clock) {
        Path path = folder.resolve(NAME).toAbsolutePath();
        try {
            return open(path);
        } catch (LedgerException e) {
            if (!SqliteFile.isDamage(e)) {
                throw e;
            }
            setAside(path, clock.instant(), e);
            return open(path);
        }
    }

    private static LogFile open(Path path) {
        Connection connection = SqliteFile.open(path, TABLES);
        try (Statement statement = connection.createStatement()) {
            long last = SqliteFile.number(statement, "SELECT coalesce(max(sequence), 0) FROM requests");
            return new LogFile(path, connection, last + 1);
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
    }

    /** What a damaged file held may still be saved by hand; the log goes on without it. */
    static void setAside(Path path, Instant now, LedgerException damage) {
        String aside = path.getFileName() + ".damaged-" + now.toEpochMilli();
        for (String suffix : List.of("", "-wal", "-shm")) {
            try {
                Files.move(path.resolveSibling(NAME + suffix), path.resolveSibling(aside + suffix));
            } catch (IOException e) {
                if (suffix.isEmpty()) {
                    throw new LedgerException(
                            path + " is damaged and cannot be moved away (" + e + "): move it away to begin a new log",
                            damage);
                }
            }
        }
        log.error("{} is damaged: it is kept as {}, and a new log is begun ({})", path, aside, damage.getMessage());
    }

    Path path() {
        return path;
    }

    /** Groups that an hour has already, to bound them over a restart. */
    long groupsOf(long hour) {
        try (PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM hours WHERE hour = ?")) {
            count.setLong(1, hour);
            try (var result = count.executeQuery()) {
                return result.getLong(1);
            }
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
    }

    /**
     * Writes calls with their totals, all or nothing.
     *
     * @param withTexts whether their texts are kept
     */
    void write(List<LoggedCall.Entry> calls, Map<Group, GroupTotals> totals, boolean withTexts) {
        if (!Files.exists(path)) {
            // SQLite would go on writing to the removed file and lose everything at the end.
            throw new LedgerException(path + " was removed while in use: a new one is begun");
        }
        long first = nextSequence;
        try {
            SqliteFile.inTransaction(connection, () -> {
                rows(calls, first);
                if (withTexts) {
                    texts(calls, first);
                }
                hours(totals);
                Slots.add(connection, calls);
                Prompts.add(connection, calls, first);
            });
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
        nextSequence = first + calls.size();
    }

    private void rows(List<LoggedCall.Entry> calls, long first) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int i = 0; i < calls.size(); i++) {
                int parameter = 1;
                insert.setLong(parameter, first + i);
                for (Column column : Column.values()) {
                    insert.setObject(++parameter, column.valueOf(calls.get(i)));
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void texts(List<LoggedCall.Entry> calls, long first) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO texts VALUES (?, ?, ?)")) {
            for (int i = 0; i < calls.size(); i++) {
                var call = calls.get(i).call();
                if (call.prompt() != null || call.completion() != null) {
                    insert.setLong(1, first + i);
                    insert.setString(2, call.prompt());
                    insert.setString(3, call.completion());
                    insert.executeUpdate();
                }
            }
        }
    }

    private void hours(Map<Group, GroupTotals> totals) throws SQLException {
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            for (Map.Entry<Group, GroupTotals> entry : totals.entrySet()) {
                int parameter = 0;
                for (Object cell : entry.getKey().cells()) {
                    add.setObject(++parameter, cell);
                }
                Cells.set(add, parameter + 1, entry.getValue().cells());
                add.executeUpdate();
            }
        }
    }

    /** A part of what {@link Retention} has to do. */
    boolean clean(Retention retention, Instant now) {
        try {
            return retention.step(connection, now);
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
    }
}
