package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CourseTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long calls;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final Course course =
            new Course(() -> new Course.Sample(now, calls, 0, 0, 0, 0, 0, 0, 0, null, null, null, null, null), clock);

    @Test
    void beginning_isNowAlone() {
        assertEquals(1, course.last(Duration.ofHours(1)).size());
    }

    @Test
    void lastHour_hasItsMinutesOldestFirstAndNow() {
        pass(120);
        List<Course.Sample> hour = course.last(Duration.ofHours(1));
        assertEquals(61, hour.size());
        assertEquals(now.minus(Duration.ofMinutes(60)), hour.getFirst().at());
        assertEquals(calls, hour.getLast().calls());
    }

    @Test
    void month_hasHours() {
        pass(5 * 24 * 60);
        List<Course.Sample> month = course.last(Duration.ofDays(31));
        assertEquals(5 * 24 + 1, month.size());
        assertEquals(0, month.getFirst().calls());
    }

    @Test
    void month_hasMinutesWhileThereIsNoMore() {
        pass(100);
        assertEquals(101, course.last(Duration.ofDays(31)).size());
    }

    @Test
    void course_isBounded() {
        pass(40 * 24 * 60);
        assertEquals(31 * 24 + 1, course.last(Duration.ofDays(400)).size());
        assertEquals(24 * 60 + 1, course.last(Duration.ofDays(1)).size());
    }

    private void pass(int minutes) {
        for (int minute = 0; minute < minutes; minute++) {
            course.sample();
            now = now.plus(Course.STEP);
            calls++;
        }
    }
}
