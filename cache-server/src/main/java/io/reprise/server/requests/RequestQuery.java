package io.reprise.server.requests;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page of the log, the newest call first. A filter that is null is none.
 *
 * @param from the first instant at which a call may have ended
 * @param to the first at which it may not any more
 * @param minStatus the least status, and {@code maxStatus} the largest
 * @param minCostPicoDollars the least it may have cost
 * @param principal whose calls
 * @param requestId the caller's id of it
 * @param limit how many, at least 1
 * @param cursor where the page before has ended
 */
public record RequestQuery(
        @Nullable Instant from,
        @Nullable Instant to,
        CallFilter filter,
        @Nullable Integer minStatus,
        @Nullable Integer maxStatus,
        @Nullable Long minCostPicoDollars,
        @Nullable String principal,
        @Nullable String requestId,
        int limit,
        @Nullable Cursor cursor)
        implements LogReading<RequestQuery.Page> {

    /**
     * The last call of a page.
     *
     * @param finishedMillis when it ended
     * @param sequence its number in the file
     */
    public record Cursor(long finishedMillis, long sequence) {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,15})-([0-9]{1,18})");

        /** Reads what {@link #toString} wrote; null when it did not. */
        public static @Nullable Cursor parse(String text) {
            Matcher form = FORM.matcher(text);
            return form.matches() ? new Cursor(Long.parseLong(form.group(1)), Long.parseLong(form.group(2))) : null;
        }

        @Override
        public String toString() {
            return finishedMillis + "-" + sequence;
        }
    }

    /**
     * Calls.
     *
     * @param next where the next page begins, or null when there is none
     */
    public record Page(List<LoggedCall> calls, @Nullable Cursor next) {
        public Page {
            calls = List.copyOf(calls);
        }
    }

    @Override
    public Page of(Connection connection) throws SQLException {
        Conditions conditions = new Conditions()
                .and("finished_ms >= ?", from == null ? null : from.toEpochMilli())
                .and("finished_ms < ?", to == null ? null : to.toEpochMilli())
                .and(filter)
                .and("status >= ?", minStatus)
                .and("status <= ?", maxStatus)
                .and("cost_pico_dollars >= ?", minCostPicoDollars)
                .and("principal = ?", principal)
                .and("request_id = ?", requestId);
        if (cursor != null) {
            conditions.andAll("(finished_ms, sequence) < (?, ?)", cursor.finishedMillis(), cursor.sequence());
        }
        String sql = LoggedCall.select() + conditions.where() + " ORDER BY finished_ms DESC, sequence DESC LIMIT "
                + (limit + 1);
        List<LoggedCall> calls = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            conditions.bind(select);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    calls.add(new LoggedCall(rows));
                }
            }
        }
        if (calls.size() <= limit) {
            return new Page(calls, null);
        }
        LoggedCall last = calls.get(limit - 1);
        return new Page(calls.subList(0, limit), new Cursor(last.finishedMillis(), last.sequence()));
    }
}
