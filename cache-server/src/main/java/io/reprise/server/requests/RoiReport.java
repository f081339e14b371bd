package io.reprise.server.requests;

import io.reprise.server.ledger.PicoDollars;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the cache pays: what it saved, less what it cost.
 *
 * @param grossPicoDollars what calls that the cache answered would have cost
 * @param auditPicoDollars what audits and judges cost
 * @param overheadPicoDollars what the cache spent beside calls, such as on answers that turned out to be of no use
 * @param machinePicoDollars what the machine cost, or null where that is not known
 * @param machineTime how long it ran: from the first hour that has a call
 * @param totals what all of it is of
 */
public record RoiReport(
        long grossPicoDollars,
        long auditPicoDollars,
        long overheadPicoDollars,
        @Nullable Long machinePicoDollars,
        Duration machineTime,
        GroupTotals totals) {
    private static final int PICO_DIGITS = 12;
    private static final BigDecimal HOUR_MILLIS = BigDecimal.valueOf(Group.HOUR_MILLIS);

    /** What is left; what the machine costs is taken off where it is known. */
    public long netPicoDollars() {
        return PicoDollars.saturatedAdd(
                totals.savings().savedPicoDollars(), machinePicoDollars == null ? 0 : -machinePicoDollars);
    }

    /**
     * Of which calls.
     *
     * @param machineUsdPerHour what the machine costs, or null where that is not known
     */
    public record Query(Hours hours, @Nullable BigDecimal machineUsdPerHour, Instant now)
            implements LogReading<RoiReport> {
        @Override
        public RoiReport of(Connection connection) throws SQLException {
            GroupTotals totals = hours.total(connection);
            long audits = totals.savings().auditPicoDollars();
            long gross = PicoDollars.saturatedAdd(
                    totals.savings().savedPicoDollars(),
                    PicoDollars.saturatedAdd(audits, totals.overheadPicoDollars()));
            Duration ran = ran(connection);
            return new RoiReport(gross, audits, totals.overheadPicoDollars(), machine(ran), ran, totals);
        }

        private Duration ran(Connection connection) throws SQLException {
            Conditions within = new Conditions()
                    .and("hour >= ?", hours.firstHour())
                    .and("hour < ?", hours.endHour());
            try (PreparedStatement select = connection.prepareStatement("SELECT min(hour) FROM hours" + within.where())) {
                within.bind(select);
                try (ResultSet first = select.executeQuery()) {
                    long hour = first.getLong(1);
                    if (first.wasNull()) {
                        return Duration.ZERO;
                    }
                    Instant begin = Instant.ofEpochMilli(hour * Group.HOUR_MILLIS);
                    Instant to = hours.to();
                    Instant end = to == null || to.isAfter(now) ? now : to;
                    return end.isAfter(begin) ? Duration.between(begin, end) : Duration.ZERO;
                }
            }
        }

        private @Nullable Long machine(Duration ran) {
            if (machineUsdPerHour == null) {
                return null;
            }
            BigDecimal picoDollars = machineUsdPerHour
                    .movePointRight(PICO_DIGITS)
                    .multiply(BigDecimal.valueOf(ran.toMillis()))
                    .divide(HOUR_MILLIS, 0, RoundingMode.HALF_UP);
            return picoDollars.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
        }
    }
}
