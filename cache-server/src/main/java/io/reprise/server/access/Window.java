package io.reprise.server.access;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How long a budget lasts before it begins anew: a day, week or month of a calendar, or for ever. */
public enum Window {
    DAY,
    /** From Monday on (ISO 8601). */
    WEEK,
    MONTH,
    TOTAL;

    /**
     * One of a window's stretches of time.
     *
     * @param from its first instant; the epoch for one that lasts for ever
     * @param until the first instant of the next one, or null when it lasts for ever
     */
    public record Period(Instant from, @Nullable Instant until) {}

    private static final Period EVER = new Period(Instant.EPOCH, null);

    /**
     * The period that an instant is in. Days begin at the zone's first instant of the date, whatever its clocks do: with summer time a
     * day has 23 or 25 hours.
     */
    public Period at(Instant instant, ZoneId zone) {
        LocalDate day = LocalDate.ofInstant(instant, zone);
        return switch (this) {
            case DAY -> between(day, day.plusDays(1), zone);
            case WEEK -> {
                LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                yield between(monday, monday.plusWeeks(1), zone);
            }
            case MONTH -> {
                LocalDate first = day.withDayOfMonth(1);
                yield between(first, first.plusMonths(1), zone);
            }
            case TOTAL -> EVER;
        };
    }

    /** As it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Period between(LocalDate from, LocalDate until, ZoneId zone) {
        return new Period(
                from.atStartOfDay(zone).toInstant(), until.atStartOfDay(zone).toInstant());
    }
}
