package io.reprise.server.ledger;

import io.reprise.index.OwnerOnly;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.TreeMap;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * How this server keeps an SQLite file: its owner's alone, in WAL mode with {@code synchronous=NORMAL}, its schema numbered by {@code
 * user_version}. A commit survives the death of the process; a power loss takes what the operating system had not written back, and
 * leaves an older, intact file.
 *
 * <p>Stateless. SQLite is native code that would hold a virtual thread's carrier, so call from platform threads.
 */
public final class SqliteFile {
    private static final int BUSY_TIMEOUT_MILLIS = 250;

    private SqliteFile() {}

    /**
     * The tables of a file.
     *
     * @param version of the tables that {@code create} makes, at least 1
     * @param pragmas set before anything is made, such as {@code auto_vacuum}
     * @param create makes the tables in an empty file
     * @param upgrades by the version they start from, what leads to the next
     */
    public record Schema(
            int version, List<String> pragmas, List<String> create, TreeMap<Integer, List<String>> upgrades) {
        public Schema {
            pragmas = List.copyOf(pragmas);
            create = List.copyOf(create);
            upgrades = new TreeMap<>(upgrades);
        }
    }

    /** Something done with a connection. */
    public interface Action {
        void run() throws SQLException;
    }

    /**
     * Opens a file for writing, which is made where it is not there; its folder exists.
     *
     * @throws LedgerException when it cannot be used: locked, damaged, of another version, not writable
     */
    public static Connection open(Path path, Schema schema) {
        closed(path);
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        try {
            Connection connection = connection(path, config);
            try {
                prepareSchema(path, connection, schema);
            } catch (SQLException | RuntimeException e) {
                closeAfter(e, connection);
                throw e;
            }
            return connection;
        } catch (SQLException e) {
            throw failure(path, e);
        }
    }

    /**
     * Opens a file that is there for reading, also while another connection writes it.
     *
     * @throws LedgerException when it cannot be read
     */
    public static Connection openToRead(Path path) {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        try {
            return connection(path, config);
        } catch (SQLException e) {
            throw failure(path, e);
        }
    }

    /** Does all of an action or nothing. */
    public static void inTransaction(Connection connection, Action action) throws SQLException {
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

    /** The first whole number that a query gives. */
    public static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Whether a failure says that the file is damaged or no database: waiting does not help then. */
    public static boolean isDamage(LedgerException failure) {
        return failure.getCause() instanceof SQLException e
                && switch (primaryCode(e)) {
                    case SQLITE_NOTADB, SQLITE_CORRUPT -> true;
                    default -> false;
                };
    }

    /** What SQLite's failure means for the operator, in one line. */
    public static LedgerException failure(Path path, SQLException e) {
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
        String advice =
                switch (primaryCode(e)) {
                    case SQLITE_BUSY, SQLITE_LOCKED ->
                        "is locked by another process: stop that, or give this server a data folder of its own";
                    case SQLITE_NOTADB, SQLITE_CORRUPT ->
                        "is damaged or no database of this server: restore a copy, or move it and its -wal and -shm"
                                + " files away to start a new one";
                    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                        "cannot be opened for writing: check that the folder exists and that this user may write to it";
                    case SQLITE_FULL -> "cannot grow, the disk is full: free some space";
                    default -> "cannot be used: check the disk";
                };
        return new LedgerException(path + " " + advice + " (" + oneLine(e) + ")", e);
    }

    /** As a URI, because the driver would read what follows a '?' in a plain path as settings. */
    private static Connection connection(Path path, SQLiteConfig config) throws SQLException {
        return config.createConnection("jdbc:sqlite:" + path.toUri());
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

    private static void prepareSchema(Path path, Connection connection, Schema schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String pragma : schema.pragmas()) {
                statement.execute(pragma);
            }
            inTransaction(connection, () -> {
                long version = number(statement, "PRAGMA user_version");
                if (version == schema.version()) {
                    return;
                }
                if (version == 0 && number(statement, "SELECT count(*) FROM sqlite_master") == 0) {
                    execute(statement, schema.create());
                } else {
                    upgrade(path, statement, schema, version);
                }
                statement.execute("PRAGMA user_version = " + schema.version());
            });
            // Only now: the check before must not have changed a file that is not ours.
            statement.execute("PRAGMA journal_mode = WAL");
        }
    }

    private static void upgrade(Path path, Statement statement, Schema schema, long version) throws SQLException {
        if (version < 1 || version > schema.version()) {
            throw new LedgerException(path + " has schema version " + version + ", this program knows "
                    + schema.version() + ": use the program that wrote it, or move the file away to start a new one");
        }
        for (List<String> step : schema.upgrades().tailMap((int) version, true).values()) {
            execute(statement, step);
        }
    }

    private static void execute(Statement statement, List<String> all) throws SQLException {
        for (String sql : all) {
            statement.execute(sql);
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

    /** The low byte is the primary code; the rest says more about it. */
    private static SQLiteErrorCode primaryCode(SQLException e) {
        return SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff);
    }

    private static String oneLine(Throwable e) {
        return String.valueOf(e.getMessage()).replaceAll("\\R", " ");
    }
}
