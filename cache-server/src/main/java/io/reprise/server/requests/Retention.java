package io.reprise.server.requests;

import io.reprise.server.ledger.SqliteFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/**
 * How long calls are kept, and how many.
 *
 * @param keep how long a call is kept
 * @param maxBytes how large the file may grow
 */
record Retention(Duration keep, long maxBytes) {
    /** Rows deleted at a time: writing waits no longer than that takes. */
    private static final int STEP = 5_000;

    private static final int KEEP_HOURS = 400 * 24;
    private static final int KEEP_PROMPT_DAYS = 92;
    private static final Duration KEEP_SLOTS = Duration.ofDays(2);
    private static final String OLDEST =
            "DELETE FROM requests WHERE sequence IN (SELECT sequence FROM requests WHERE finished_ms < ?"
                    + " ORDER BY finished_ms LIMIT " + STEP + ")";

    /** Does a part of what is to be done, and says whether there is more. */
    boolean step(Connection connection, Instant now) throws SQLException {
        long cutoff = now.minus(keep).toEpochMilli();
        boolean[] more = new boolean[1];
        SqliteFile.inTransaction(connection, () -> {
            int deleted = deleteBefore(connection, cutoff);
            if (deleted == 0 && bytes(connection) > maxBytes) {
                deleted = deleteBefore(connection, Long.MAX_VALUE);
            }
            more[0] = deleted == STEP || (deleted > 0 && bytes(connection) > maxBytes);
            old(connection, now);
        });
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA incremental_vacuum(2000)");
        }
        return more[0];
    }

    /** Bytes in use; pages that were given back are not. */
    private static long bytes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long pages = SqliteFile.number(statement, "PRAGMA page_count")
                    - SqliteFile.number(statement, "PRAGMA freelist_count");
            return pages * SqliteFile.number(statement, "PRAGMA page_size");
        }
    }

    private static int deleteBefore(Connection connection, long millis) throws SQLException {
        int deleted;
        try (PreparedStatement delete = connection.prepareStatement(OLDEST)) {
            delete.setLong(1, millis);
            deleted = delete.executeUpdate();
        }
        if (deleted > 0) {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("DELETE FROM texts WHERE sequence < (SELECT coalesce(min(sequence), "
                        + Long.MAX_VALUE + ") FROM requests)");
            }
        }
        return deleted;
    }

    private static void old(Connection connection, Instant now) throws SQLException {
        long hour = Math.floorDiv(now.toEpochMilli(), Group.HOUR_MILLIS);
        long today = Math.floorDiv(now.toEpochMilli(), Prompts.DAY_MILLIS);
        long slot = Math.floorDiv(now.minus(KEEP_SLOTS).toEpochMilli(), Slots.MILLIS);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM hours WHERE hour < " + (hour - KEEP_HOURS));
            statement.executeUpdate("DELETE FROM prompts WHERE day < " + (today - KEEP_PROMPT_DAYS));
            statement.executeUpdate("DELETE FROM cut_days WHERE day < " + (today - KEEP_PROMPT_DAYS));
            statement.executeUpdate("DELETE FROM slots WHERE slot < " + slot);
        }
        Prompts.cut(connection, today, Prompts.MOST);
        Prompts.cut(connection, today - 1, Prompts.MOST / 5);
    }
}
