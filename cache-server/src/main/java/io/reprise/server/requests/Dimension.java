package io.reprise.server.requests;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A field that a report is broken down by; times are in UTC. */
public enum Dimension {
    MODEL("model"),
    ENDPOINT("endpoint"),
    KEY("c.\"key\""),
    TEAM("team"),
    USER("\"user\""),
    /** A call with several tags counts for each of them, one without any for none. */
    TAG("tag.value"),
    OUTCOME("outcome"),
    HOUR("hour"),
    DAY("hour / 24"),
    /** Of ISO 8601, from Monday on; the first of January 1970 was a Thursday. */
    WEEK("(hour / 24 + 3) / 7"),
    MONTH("strftime('%Y-%m', hour * 3600, 'unixepoch')");

    private static final int HOUR_SECONDS = 3_600;

    private final String sql;

    Dimension(String sql) {
        this.sql = sql;
    }

    /** Its name in the API. */
    public String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is in the table of hours. */
    String sql() {
        return sql;
    }

    /** A value of {@link #sql} as the API has it; null is of calls that have none. */
    @Nullable String shown(@Nullable Object value) {
        return switch (this) {
            case MODEL, ENDPOINT, KEY, TEAM, USER, TAG, OUTCOME, MONTH ->
                value == null || value.equals("") ? null : value.toString();
            case HOUR -> Instant.ofEpochSecond(whole(value) * HOUR_SECONDS).toString();
            case DAY -> LocalDate.ofEpochDay(whole(value)).toString();
            case WEEK -> {
                LocalDate monday = LocalDate.ofEpochDay(whole(value) * 7 - 3);
                yield String.format(
                        Locale.ROOT,
                        "%d-W%02d",
                        monday.get(IsoFields.WEEK_BASED_YEAR),
                        monday.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            }
        };
    }

    private static long whole(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
