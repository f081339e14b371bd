package io.reprise.server.requests;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the calls of one hour add up to, as alerts look at it. */
public record HourSums(long hits, long misses, long spentPicoDollars) {
    /** An hour without calls. */
    public static final HourSums NONE = new HourSums(0, 0, 0);

    /** How long an hour is. */
    public static final long MILLIS = Group.HOUR_MILLIS;

    private static final Duration LOOKED_BACK = Duration.ofDays(35);
    private static final int MOST = 2_000;
    private static final int MOST_MODELS = 20;

    /**
     * What alerts are decided by.
     *
     * @param byHour whole hours of the last five weeks, by hours since 1970; those without calls are absent
     * @param unpriced models of the last hour's calls that have no price
     */
    public record Recent(
            Map<Long, HourSums> byHour, Slots.Sums lastHour, Slots.Sums lastQuarter, List<String> unpriced) {}

    /** Asks for all that at a time. */
    public record Query(Instant now) implements LogReading<Recent> {
        @Override
        public Recent of(Connection connection) throws SQLException {
            Map<Long, HourSums> byHour = new HashMap<>();
            Instant whole = Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), MILLIS) * MILLIS);
            new Hours(now.minus(LOOKED_BACK), whole, CallFilter.ALL)
                    .sum(connection, List.of("hour"), "", null, MOST, result -> {
                        var savings = GroupTotals.read(result, 2).savings();
                        byHour.put(
                                result.getLong(1),
                                new HourSums(
                                        savings.exactHits() + savings.semanticHits(),
                                        savings.misses(),
                                        savings.spentPicoDollars()));
                    });
            List<String> unpriced = new java.util.ArrayList<>();
            new Hours(now.minus(Duration.ofHours(1)), null, CallFilter.ALL)
                    .sum(connection, List.of("model"), "unpriced_calls > ?", 0, MOST_MODELS, result -> {
                        if (!result.getString(1).isEmpty()) {
                            unpriced.add(result.getString(1));
                        }
                    });
            long end = now.toEpochMilli() + Slots.MILLIS;
            return new Recent(
                    byHour,
                    Slots.sums(connection, end - MILLIS, end),
                    Slots.sums(connection, end - MILLIS / 4, end),
                    unpriced);
        }
    }
}
