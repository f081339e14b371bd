package io.reprise.server.ledger;

import io.reprise.index.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * The ledger's SQLite file: one table of totals by (UTC day, principal, namespace, model).
 *
 * <p>Written in WAL mode with {@code synchronous=NORMAL}: a commit survives the death of the process. A power loss takes what
 * the operating system had not written back (on Linux usually the last half minute; at worst what came since the last checkpoint of
 * 1,000 pages) and leaves an older, intact ledger.
 *
 * <p>Not thread-safe: every call, {@code open} too, comes from the one platform thread of its owner, because SQLite is native code
 * that would hold a virtual thread's carrier. Every method throws {@link LedgerException} when the file cannot be used.
 */
final class LedgerFile implements AutoCloseable {
    static final String NAME = "ledger.sqlite";

    private static final int SCHEMA_VERSION = 2;
    private static final int BUSY_TIMEOUT_MILLIS = 250;

    /** Stored amounts end here, so that two of them never add up to more than SQLite's 64-bit integers hold. */
    private static final long MAX_CELL = (1L << 62) - 1;

    // An absent model is '' because NULLs are never equal in a key.
    private static final String SCHEMA = """
        CREATE TABLE day_totals (
            day                 TEXT    NOT NULL,
            principal           TEXT    NOT NULL,
            namespace           TEXT    NOT NULL,
            model               TEXT    NOT NULL,
            calls               INTEGER NOT NULL,
            exact_hits          INTEGER NOT NULL,
            semantic_hits       INTEGER NOT NULL,
            misses              INTEGER NOT NULL,
            bypasses            INTEGER NOT NULL,
            coalesced           INTEGER NOT NULL,
            unpriced_calls      INTEGER NOT NULL,
            input_tokens        INTEGER NOT NULL,
            output_tokens       INTEGER NOT NULL,
            saved_input_tokens  INTEGER NOT NULL,
            saved_output_tokens INTEGER NOT NULL,
            spent_pico_dollars  INTEGER NOT NULL,
            saved_pico_dollars  INTEGER NOT NULL,
            audits              INTEGER NOT NULL,
            audit_pico_dollars  INTEGER NOT NULL,
            PRIMARY KEY (day, principal, namespace, model)
        ) STRICT, WITHOUT ROWID
        """;

    /** From version 1, which knew no audits. */
    private static final List<String> UPGRADE = List.of(
            "ALTER TABLE day_totals ADD COLUMN audits INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE day_totals ADD COLUMN audit_pico_dollars INTEGER NOT NULL DEFAULT 0");

    private static final String ADD = "INSERT INTO day_totals (day, principal, namespace, model, "
            + String.join(", ", SavingsTotals.COLUMNS) + ") VALUES (?, ?, ?, ?"
            + ", ?".repeat(SavingsTotals.COLUMNS.size()) + ") ON CONFLICT DO UPDATE SET "
            + SavingsTotals.COLUMNS.stream()
                    .map(column -> "%1$s = max(-%2$d, min(%2$d, %1$s + excluded.%1$s))".formatted(column, MAX_CELL))
                    .collect(Collectors.joining(", "));

    private final Path path;
    private final Connection connection;

    private LedgerFile(Path path, Connection connection) {
        this.path = path;
        this.connection = connection;
    }

    /** Opens the ledger of a folder that exists, with a new file when it has none. */
    static LedgerFile open(Path folder) {
        Path path = folder.resolve(NAME).toAbsolutePath();
        closed(path);
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        try {
            // As a URI, because the driver would read what follows a '?' in a plain path as settings.
            Connection connection = config.createConnection("jdbc:sqlite:" + path.toUri());
            try {
                prepareSchema(path, connection);
            } catch (SQLException | RuntimeException e) {
                closeAfter(e, connection);
                throw e;
            }
            return new LedgerFile(path, connection);
        } catch (SQLException e) {
            throw failure(path, e);
        }
    }

    /** An empty file is an empty database; SQLite gives its companions the permissions that it has. */
    private static void closed(Path path) {
        try {
            OwnerOnly.create(path).close();
        } catch (IOException e) {
            // It is there already, or SQLite cannot create it either and tells why.
            return;
        }
    }

    /** At most so many of the buckets of a day. */
    List<BucketKey> bucketsOf(LocalDate day, int limit) {
        String sql = "SELECT principal, namespace, model FROM day_totals WHERE day = ? LIMIT ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, day.toString());
            select.setInt(2, limit);
            List<BucketKey> keys = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(new BucketKey(day, rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
            return keys;
        } catch (SQLException e) {
            throw failure(path, e);
        }
    }

    /** Adds to the totals, all or nothing. */
    void add(Map<BucketKey, SavingsTotals> totals) {
        if (!Files.exists(path)) {
            // SQLite would go on writing to the removed file and lose everything at the end.
            throw new LedgerException(path + " was removed while in use: a new one is begun unless it comes back");
        }
        try {
            inTransaction(connection, () -> {
                try (PreparedStatement add = connection.prepareStatement(ADD)) {
                    for (Map.Entry<BucketKey, SavingsTotals> entry : totals.entrySet()) {
                        bind(add, entry.getKey(), entry.getValue());
                        add.executeUpdate();
                    }
                }
            });
        } catch (SQLException e) {
            throw failure(path, e);
        }
    }

    /** Fails when the report has more rows than that. */
    SavingsReport report(SavingsQuery query, int maxRows) {
        List<SavingsReport.Row> rows = new ArrayList<>();
        SavingsTotals total = SavingsTotals.ZERO;
        SavingsSelect savings = new SavingsSelect(query);
        try (PreparedStatement select = connection.prepareStatement(savings.sql())) {
            savings.bind(select);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    if (rows.size() == maxRows) {
                        throw new LedgerException("the report has more than " + maxRows
                                + " rows: ask for fewer days or fewer group fields");
                    }
                    SavingsReport.Row row = savings.row(result);
                    rows.add(row);
                    total = total.plus(row.totals());
                }
            }
        } catch (SQLException e) {
            throw failure(path, e);
        }
        return new SavingsReport(query, rows, total);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(path, e);
        }
    }

    private static void prepareSchema(Path path, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            inTransaction(connection, () -> {
                int version = integer(statement, "PRAGMA user_version");
                if (version == 0 && integer(statement, "SELECT count(*) FROM sqlite_master") == 0) {
                    statement.execute(SCHEMA);
                    statement.execute("PRAGMA user_version = " + SCHEMA_VERSION);
                } else if (version == 1) {
                    for (String change : UPGRADE) {
                        statement.execute(change);
                    }
                    statement.execute("PRAGMA user_version = " + SCHEMA_VERSION);
                } else if (version != SCHEMA_VERSION) {
                    throw new LedgerException(
                            path + " has schema version " + version + ", this program knows " + SCHEMA_VERSION
                                    + ": use the program that wrote it, or move the file away to start a new one");
                }
            });
            // Only now: the check before must not have changed a file that is not ours.
            statement.execute("PRAGMA journal_mode = WAL");
        }
    }

    private static int integer(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getInt(1);
        }
    }

    private static void inTransaction(Connection connection, SqlAction action) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // IMMEDIATE takes the write lock at the start, where waiting for it is still possible.
            statement.execute("BEGIN IMMEDIATE");
            try {
                action.run();
                statement.execute("COMMIT");
            } catch (SQLException | RuntimeException e) {
                rollBack(statement, e);
                throw e;
            }
        }
    }

    private static void closeAfter(Exception cause, Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Some failures end the transaction on their own; then the rollback fails, which says nothing new. */
    private static void rollBack(Statement statement, Exception cause) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void bind(PreparedStatement add, BucketKey key, SavingsTotals totals) throws SQLException {
        add.setString(1, key.day().toString());
        add.setString(2, key.principal());
        add.setString(3, key.namespace());
        add.setString(4, key.model());
        long[] cells = totals.cells();
        for (int i = 0; i < cells.length; i++) {
            add.setLong(5 + i, Math.clamp(cells[i], -MAX_CELL, MAX_CELL));
        }
    }

    private static LedgerException failure(Path path, SQLException e) {
        if (e.getErrorCode() == 0 && e.getCause() != null) {
            // Not from SQLite, so the driver could not get as far as to ask it: it unpacks its native library to
            // java.io.tmpdir.
            return new LedgerException(
                    "SQLite's native library cannot be loaded: java.io.tmpdir ("
                            + System.getProperty("java.io.tmpdir")
                            + ") must be a folder with free space from which programs may run ("
                            + oneLine(e.getCause()) + ")",
                    e);
        }
        // The low byte is the primary code; the rest says more about it.
        String advice =
                switch (SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff)) {
                    case SQLITE_BUSY, SQLITE_LOCKED ->
                        "is locked by another process: stop that, or give this server a data folder of its own";
                    case SQLITE_NOTADB, SQLITE_CORRUPT ->
                        "is damaged or no ledger: restore a copy, or move it and its -wal and -shm files away to start"
                                + " a new one";
                    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                        "cannot be opened for writing: check that the folder exists and that this user may write to it";
                    case SQLITE_FULL -> "cannot grow, the disk is full: free some space";
                    default -> "cannot be used: check the disk";
                };
        return new LedgerException(path + " " + advice + " (" + oneLine(e) + ")", e);
    }

    private static String oneLine(Throwable e) {
        return String.valueOf(e.getMessage()).replaceAll("\\R", " ");
    }

    private interface SqlAction {
        void run() throws SQLException;
    }
}
