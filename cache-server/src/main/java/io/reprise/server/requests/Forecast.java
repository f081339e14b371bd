package io.reprise.server.requests;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a month will have cost at its end.
 *
 * <p>Each day that is left is expected to cost what the same day of the week did, or, before two weeks are known, what a day did. The band
 * is of normal errors: days differ from what was expected of them by s, so the sum of n of them by s times the root of n. Only whole days
 * of the last four weeks count, from the first that had a call. An estimate, and so in floating point.
 *
 * @param month in UTC
 * @param spentPicoDollars what it has cost so far
 * @param expectedPicoDollars what it is expected to cost, or null before there is a whole day
 * @param lowPicoDollars the lower end of the band, or null before there are seven days; {@code highPicoDollars} the upper
 * @param historyDays whole days that it rests on
 */
public record Forecast(
        YearMonth month,
        long spentPicoDollars,
        @Nullable Long expectedPicoDollars,
        @Nullable Long lowPicoDollars,
        @Nullable Long highPicoDollars,
        int historyDays) {
    /** How likely the month ends within the band. */
    public static final double CONFIDENCE = 0.8;

    /** Days that are looked back. */
    static final int HISTORY_DAYS = 28;

    private static final double NORMAL_QUANTILE = 1.2816;
    private static final int LEAST_DAYS_OF_BAND = 7;
    private static final int LEAST_DAYS_OF_WEEKS = 14;
    private static final double NANOS_A_DAY = 86_400e9;

    /**
     * Looks ahead.
     *
     * @param byDay what each day has cost, in pico-dollars; a day without calls may be absent
     * @param now within the month
     */
    public static Forecast of(Map<LocalDate, Long> byDay, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        YearMonth month = YearMonth.from(today);
        long spent = 0;
        for (LocalDate day = month.atDay(1); !day.isAfter(today); day = day.plusDays(1)) {
            spent += byDay.getOrDefault(day, 0L);
        }
        List<LocalDate> history = history(byDay, today);
        if (history.isEmpty()) {
            return new Forecast(month, spent, null, null, null, 0);
        }
        double passed = LocalTime.ofInstant(now, ZoneOffset.UTC).toNanoOfDay() / NANOS_A_DAY;
        double ahead = (1 - passed) * expected(byDay, history, today.getDayOfWeek());
        double daysAhead = 1 - passed;
        for (LocalDate day = today.plusDays(1); !day.isAfter(month.atEndOfMonth()); day = day.plusDays(1)) {
            ahead += expected(byDay, history, day.getDayOfWeek());
            daysAhead++;
        }
        long expected = spent + Math.round(ahead);
        if (history.size() < LEAST_DAYS_OF_BAND) {
            return new Forecast(month, spent, expected, null, null, history.size());
        }
        long margin = Math.round(NORMAL_QUANTILE * deviation(byDay, history) * Math.sqrt(daysAhead));
        return new Forecast(
                month, spent, expected, Math.max(spent, expected - margin), expected + margin, history.size());
    }

    private static List<LocalDate> history(Map<LocalDate, Long> byDay, LocalDate today) {
        LocalDate first = byDay.keySet().stream().min(LocalDate::compareTo).orElse(today);
        LocalDate earliest = today.minusDays(HISTORY_DAYS);
        List<LocalDate> days = new ArrayList<>();
        for (LocalDate day = first.isAfter(earliest) ? first : earliest; day.isBefore(today); day = day.plusDays(1)) {
            days.add(day);
        }
        return days;
    }

    private static double expected(Map<LocalDate, Long> byDay, List<LocalDate> history, DayOfWeek weekday) {
        return history.stream()
                .filter(day -> history.size() < LEAST_DAYS_OF_WEEKS || day.getDayOfWeek() == weekday)
                .mapToLong(day -> byDay.getOrDefault(day, 0L))
                .average()
                .orElse(0);
    }

    private static double deviation(Map<LocalDate, Long> byDay, List<LocalDate> history) {
        double squares = history.stream()
                .mapToDouble(day ->
                        byDay.getOrDefault(day, 0L) - expected(byDay, history, day.getDayOfWeek()))
                .map(error -> error * error)
                .sum();
        int known = history.size() < LEAST_DAYS_OF_WEEKS ? 1 : DayOfWeek.values().length;
        return Math.sqrt(squares / Math.max(1, history.size() - known));
    }
}
