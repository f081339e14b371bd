package io.reprise.server.ledger;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;

/**
 * Hours of the week, in UTC, in which other rates hold.
 *
 * @param days of the week, at least one
 * @param fromHour the first hour, 0 to 23
 * @param untilHour the first hour that is not in it any more, above {@code fromHour}, at most 24
 * @param except days on which it does not hold
 */
public record TimeWindow(List<DayOfWeek> days, int fromHour, int untilHour, List<LocalDate> except, Rating rating) {
    public TimeWindow {
        days = days.stream().distinct().sorted().toList();
        except = except.stream().distinct().sorted().toList();
        if (days.isEmpty() || fromHour < 0 || untilHour > 24 || fromHour >= untilHour) {
            throw new IllegalArgumentException("a window needs days, and hours from 0 to 24 that do not go over"
                    + " midnight: " + days + ", " + fromHour + "-" + untilHour);
        }
    }

    boolean holds(LocalDateTime utc) {
        return days.contains(utc.getDayOfWeek())
                && utc.getHour() >= fromHour
                && utc.getHour() < untilHour
                && !except.contains(utc.toLocalDate());
    }

    boolean overlaps(TimeWindow other) {
        return fromHour < other.untilHour
                && other.fromHour < untilHour
                && days.stream().anyMatch(other.days::contains);
    }
}
