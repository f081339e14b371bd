package io.reprise.server.requests;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The prompts that count most.
 *
 * @param exact whether every prompt of these days is counted: days with very many are cut to those that count most
 */
public record TopReport(List<Row> rows, boolean exact) {
    public TopReport {
        rows = List.copyOf(rows);
    }

    /** What prompts are sorted by. */
    public enum Measure {
        COST("spent"),
        CALLS("calls"),
        SAVED("saved");

        private final String column;

        Measure(String column) {
            this.column = column;
        }
    }

    /**
     * Calls of one prompt.
     *
     * @param fingerprint its keyed hash
     * @param prompt its text, where texts are kept
     * @param models a JSON array of those it was asked of
     * @param unpriced calls without a price; their amounts are in no sum
     */
    public record Row(
            String fingerprint,
            @Nullable String prompt,
            String models,
            long calls,
            long unpriced,
            long spentPicoDollars,
            long savedPicoDollars) {}

    /**
     * Which prompts.
     *
     * @param from within the first UTC day, or null for the first there is
     * @param to within the last or at the begin of the one after, or null
     * @param limit how many, at least 1
     */
    public record Query(
            Measure by, @Nullable Instant from, @Nullable Instant to, int limit) implements LogReading<TopReport> {
        @Override
        public TopReport of(Connection connection) throws SQLException {
            Long first = from == null ? null : Math.floorDiv(from.toEpochMilli(), Prompts.DAY_MILLIS);
            Long end = to == null ? null : Math.ceilDiv(to.toEpochMilli(), Prompts.DAY_MILLIS);
            Conditions days = new Conditions().and("day >= ?", first).and("day < ?", end);
            return new TopReport(rows(connection, days), isExact(connection, days));
        }

        private List<Row> rows(Connection connection, Conditions days) throws SQLException {
            String top = "SELECT fingerprint, json_group_array(DISTINCT model) AS models, sum(calls) AS calls,"
                    + " sum(unpriced) AS unpriced, sum(spent_pico_dollars) AS spent, sum(saved_pico_dollars) AS saved,"
                    + " max(last_sequence) AS last FROM prompts" + days.where()
                    + " GROUP BY fingerprint ORDER BY " + by.column + " DESC, fingerprint LIMIT " + limit;
            // A number may have come to be another call's, where the log had been emptied.
            String sql = "SELECT top.*, texts.prompt FROM (" + top + ") AS top LEFT JOIN requests"
                    + " ON requests.sequence = top.last AND requests.fingerprint = top.fingerprint LEFT JOIN texts"
                    + " ON texts.sequence = requests.sequence ORDER BY top." + by.column + " DESC, top.fingerprint";
            List<Row> rows = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                days.bind(select);
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        rows.add(new Row(
                                result.getString("fingerprint"),
                                result.getString("prompt"),
                                result.getString("models"),
                                result.getLong("calls"),
                                result.getLong("unpriced"),
                                result.getLong("spent"),
                                result.getLong("saved")));
                    }
                }
            }
            return rows;
        }

        private static boolean isExact(Connection connection, Conditions days) throws SQLException {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT count(*) FROM cut_days" + days.where())) {
                days.bind(select);
                try (ResultSet result = select.executeQuery()) {
                    return result.getLong(1) == 0;
                }
            }
        }
    }
}
