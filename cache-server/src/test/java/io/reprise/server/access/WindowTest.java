package io.reprise.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
    @ParameterizedTest
    @CsvSource({
        // The clocks of Berlin go forward on 29 March and back on 25 October 2026: days of 23 and 25 hours.
        "DAY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "DAY, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "DAY, Europe/Berlin, 2026-10-25T22:59:59Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        // Midnight is left out in Cairo on the last Friday of April.
        "DAY, Africa/Cairo, 2026-04-24T12:00:00Z, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
        "DAY, Asia/Kathmandu, 2026-01-01T00:00:00Z, 2025-12-31T18:15:00Z, 2026-01-01T18:15:00Z",
        "WEEK, UTC, 2026-12-06T23:59:59Z, 2026-11-30T00:00:00Z, 2026-12-07T00:00:00Z",
        "WEEK, UTC, 2026-11-30T00:00:00Z, 2026-11-30T00:00:00Z, 2026-12-07T00:00:00Z",
        "MONTH, UTC, 2028-02-29T23:59:59Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
        "MONTH, America/New_York, 2026-11-15T00:00:00Z, 2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
        "MONTH, UTC, 2026-12-31T23:59:59Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
    })
    void period_followsTheCalendarOfItsZone(Window window, String zone, String now, String from, String until) {
        Window.Period period = window.at(Instant.parse(now), ZoneId.of(zone));

        assertEquals(Instant.parse(from), period.from());
        assertEquals(Instant.parse(until), period.until());
    }

    @Test
    void total_neverEnds() {
        assertNull(Window.TOTAL.at(Instant.now(), ZoneId.of("UTC")).until());
    }
}
