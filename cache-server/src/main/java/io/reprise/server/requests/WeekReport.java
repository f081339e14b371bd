package io.reprise.server.requests;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;

/**
 * Calls by hour of the day and day of the week: when the busy hours are. Immutable by convention.
 *
 * @param cells one for each hour of a week, from Monday's first on
 */
public record WeekReport(List<GroupTotals> cells) {
    private static final int HOURS_A_DAY = 24;
    private static final int HOURS_A_WEEK = 7 * HOURS_A_DAY;
    private static final int MOST_HOURS = 20_000;

    public WeekReport {
        cells = List.copyOf(cells);
    }

    /** The totals of an hour, 0 to 23, of that day. */
    public GroupTotals at(DayOfWeek day, int hour) {
        return cells.get(index(day, hour));
    }

    private static int index(DayOfWeek day, int hour) {
        return (day.getValue() - 1) * HOURS_A_DAY + hour;
    }

    /**
     * Which calls.
     *
     * @param zone whose hours; where its offset is not of whole hours, the hour in which ours begins
     */
    public record Query(Hours hours, ZoneId zone) implements LogReading<WeekReport> {
        @Override
        public WeekReport of(Connection connection) throws SQLException {
            GroupTotals[] cells = new GroupTotals[HOURS_A_WEEK];
            Arrays.fill(cells, GroupTotals.ZERO);
            hours.sum(connection, List.of("hour"), "", null, MOST_HOURS, result -> {
                ZonedDateTime begin = Instant.ofEpochMilli(result.getLong(1) * Group.HOUR_MILLIS)
                        .atZone(zone);
                int cell = index(begin.getDayOfWeek(), begin.getHour());
                cells[cell] = cells[cell].plus(GroupTotals.read(result, 2));
            });
            return new WeekReport(List.of(cells));
        }
    }
}
