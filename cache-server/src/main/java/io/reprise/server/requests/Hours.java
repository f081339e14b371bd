package io.reprise.server.requests;

import io.reprise.server.ledger.WideSum;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which hours of the log's totals, and of which calls.
 *
 * @param from within the first hour, or null for the first there is
 * @param to within the hour after the last or at its begin, or null for the last there is
 */
public record Hours(
        @Nullable Instant from, @Nullable Instant to, CallFilter filter) {
    /** All there is. */
    public static final Hours ALL = new Hours(null, null, CallFilter.ALL);

    private static final String SUMS =
            GroupTotals.COLUMNS.stream().map(WideSum::sql).collect(Collectors.joining(", "));

    /** Takes the rows of a result one by one. */
    interface Rows {
        void row(ResultSet result) throws SQLException;
    }

    /** The hour of the first instant, or null. */
    @Nullable Long firstHour() {
        return from == null ? null : Math.floorDiv(from.toEpochMilli(), Group.HOUR_MILLIS);
    }

    /** The hour after the last, or null: an hour that has begun is in a report whole. */
    @Nullable Long endHour() {
        return to == null ? null : Math.ceilDiv(to.toEpochMilli(), Group.HOUR_MILLIS);
    }

    /**
     * Sums what calls add up to, by these expressions. A result's columns are the expressions, then {@link GroupTotals}.
     *
     * @param more what groups must be besides, with one {@code ?} for {@code value}; no condition where that is null
     */
    void sum(Connection connection, List<String> by, String more, @Nullable Object value, int most, Rows rows)
            throws SQLException {
        Conditions conditions = new Conditions()
                .and("hour >= ?", firstHour())
                .and("hour < ?", endHour())
                .and(filter)
                .and(more, value);
        boolean tags = by.contains(Dimension.TAG.sql());
        String columns = by.stream().map(each -> each + ", ").collect(Collectors.joining());
        String groups = by.isEmpty() ? " HAVING count(*) > 0" : " GROUP BY " + positions(by) + " ORDER BY " + positions(by);
        String sql = "SELECT " + columns + SUMS + " FROM hours AS c"
                + (tags ? " LEFT JOIN json_each(c.tags) AS tag" : "") + conditions.where() + groups + " LIMIT "
                + most;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            conditions.bind(select);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    rows.row(result);
                }
            }
        }
    }

    /** What all of it adds up to. */
    GroupTotals total(Connection connection) throws SQLException {
        GroupTotals[] total = {GroupTotals.ZERO};
        sum(connection, List.of(), "", null, 1, result -> total[0] = GroupTotals.read(result, 1));
        return total[0];
    }

    private static String positions(List<String> by) {
        StringBuilder positions = new StringBuilder();
        for (int i = 1; i <= by.size(); i++) {
            positions.append(i == 1 ? "" : ", ").append(i);
        }
        return positions.toString();
    }
}
