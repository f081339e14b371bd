package io.reprise.server.requests;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the month of an instant will have cost, by the calls of a filter. */
public record ForecastQuery(CallFilter filter, Instant now) implements LogReading<Forecast> {
    private static final int MOST_DAYS = 100;

    @Override
    public Forecast of(Connection connection) throws SQLException {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate month = YearMonth.from(today).atDay(1);
        LocalDate earliest = today.minusDays(Forecast.HISTORY_DAYS);
        Instant from = (earliest.isBefore(month) ? earliest : month)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        Map<LocalDate, Long> byDay = new TreeMap<>();
        new Hours(from, null, filter)
                .sum(
                        connection,
                        List.of(Dimension.DAY.sql()),
                        "",
                        null,
                        MOST_DAYS,
                        result -> byDay.put(
                                LocalDate.ofEpochDay(result.getLong(1)),
                                GroupTotals.read(result, 2).savings().spentPicoDollars()));
        return Forecast.of(byDay, now);
    }
}
