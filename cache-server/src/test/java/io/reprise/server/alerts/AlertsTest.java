package io.reprise.server.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.requests.HourSums;
import io.reprise.server.requests.Slots;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A made-up server's calls: busy by day, quiet at night and on weekends, with noise. */
final class AlertsTest {
    private static final Instant START = Instant.parse("2026-09-28T00:00:00Z");
    private static final int SLOTS_AN_HOUR = 12;
    private static final int DAYS = 65;
    private static final int QUIET_FROM = 35;
    private static final double HOURLY_PICO_DOLLARS = 2e12;

    private static long[] spend(long seed) {
        Random random = new Random(seed);
        long[] slots = new long[DAYS * 24 * SLOTS_AN_HOUR];
        for (int i = 0; i < slots.length; i++) {
            ZonedDateTime at = START.plus(Duration.ofMinutes(5L * i)).atZone(ZoneOffset.UTC);
            double byDay = 0.4 + 0.6 * Math.sin(Math.PI * (at.getHour() + at.getMinute() / 60.0) / 24);
            double week = at.getDayOfWeek().getValue() >= 6 ? 0.5 : 1;
            double noise = Math.max(0, 1 + 0.4 * random.nextGaussian());
            slots[i] = Math.round(HOURLY_PICO_DOLLARS / SLOTS_AN_HOUR * byDay * week * noise);
        }
        return slots;
    }

    /** What alerts see when so many slots are over. */
    private static Optional<Alert> spike(long[] slots, int over) {
        Map<Long, HourSums> hours = new HashMap<>();
        long firstHour = START.getEpochSecond() / 3600;
        for (int hour = Math.max(0, over / SLOTS_AN_HOUR - 35 * 24); hour < over / SLOTS_AN_HOUR; hour++) {
            hours.put(firstHour + hour, new HourSums(300, 700, sum(slots, hour * SLOTS_AN_HOUR, SLOTS_AN_HOUR)));
        }
        long lastHour = sum(slots, Math.max(0, over - SLOTS_AN_HOUR), Math.min(over, SLOTS_AN_HOUR));
        return new Signals(hours, START.plus(Duration.ofMinutes(5L * over)))
                .spendSpike(new Slots.Sums(1000, 300, 700, 700, 0, 0, lastHour));
    }

    private static long sum(long[] slots, int first, int count) {
        long sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += slots[i];
        }
        return sum;
    }

    @Test
    void quietMonth_ringsAtMostOnce() {
        for (long seed = 1; seed <= 3; seed++) {
            long[] slots = spend(seed);
            Set<String> rung = new HashSet<>();
            for (int over = QUIET_FROM * 24 * SLOTS_AN_HOUR; over < slots.length; over++) {
                spike(slots, over).ifPresent(alert -> rung.add(alert.key()));
            }
            assertTrue(rung.size() <= 1, rung::toString);
        }
    }

    @Test
    void tripledSpend_ringsWithinTheHour() {
        Random random = new Random(5);
        for (int i = 0; i < 100; i++) {
            long[] slots = spend(i);
            int begin = (QUIET_FROM * 24 + random.nextInt(29 * 24)) * SLOTS_AN_HOUR + random.nextInt(SLOTS_AN_HOUR);
            boolean rang = false;
            for (int over = begin; over < begin + SLOTS_AN_HOUR; over++) {
                slots[over] *= 3;
                rang |= spike(slots, over + 1).isPresent();
            }
            assertTrue(rang, "tripled at slot " + begin + " of seed " + i);
        }
    }

    @Test
    void firstSevenDays_ringNothing() {
        long[] slots = spend(1);
        int sixDays = 6 * 24 * SLOTS_AN_HOUR;
        for (int i = sixDays; i < sixDays + SLOTS_AN_HOUR; i++) {
            slots[i] *= 10;
        }
        assertEquals(Optional.empty(), spike(slots, sixDays + SLOTS_AN_HOUR));
    }

    @Test
    void hitRateThatFalls_rings() {
        Map<Long, HourSums> hours = new HashMap<>();
        long now = START.getEpochSecond() / 3600 + 20 * 24;
        for (long hour = now - 15 * 24; hour < now; hour++) {
            hours.put(hour, new HourSums(40, 60, 1));
        }
        var signals = new Signals(hours, Instant.ofEpochSecond(now * 3600));
        assertEquals(Optional.empty(), signals.hitRate(new Slots.Sums(200, 70, 130, 0, 0, 0, 0)));
        assertEquals(Optional.empty(), signals.hitRate(new Slots.Sums(20, 0, 20, 0, 0, 0, 0)), "too few");
        assertEquals(
                Alert.Cause.HIT_RATE,
                signals.hitRate(new Slots.Sums(200, 20, 180, 0, 0, 0, 0))
                        .orElseThrow()
                        .cause());
    }

    @Test
    void upstreamThatFailsOften_ringsWithoutHistory() {
        var signals = new Signals(Map.of(), START);
        assertEquals(Optional.empty(), signals.upstreamErrors(new Slots.Sums(0, 0, 0, 19, 19, 0, 0), 0.2));
        assertEquals(Optional.empty(), signals.upstreamErrors(new Slots.Sums(0, 0, 0, 100, 19, 0, 0), 0.2));
        assertTrue(signals.upstreamErrors(new Slots.Sums(0, 0, 0, 100, 20, 0, 0), 0.2)
                .isPresent());
    }
}
