package io.reprise.server.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ForecastTest {
    private static final long DOLLAR = 1_000_000_000_000L;

    @Test
    void firstDay_hasNoForecast() {
        Forecast forecast = Forecast.of(Map.of(LocalDate.of(2026, 11, 2), 5 * DOLLAR), Instant.parse("2026-11-02T18:00:00Z"));
        assertEquals(5 * DOLLAR, forecast.spentPicoDollars());
        assertNull(forecast.expectedPicoDollars());
    }

    @Test
    void fewDays_haveNoBand() {
        Map<LocalDate, Long> days = Map.of(LocalDate.of(2026, 11, 1), 2 * DOLLAR, LocalDate.of(2026, 11, 2), 4 * DOLLAR);
        Forecast forecast = Forecast.of(days, Instant.parse("2026-11-03T00:00:00Z"));
        assertEquals((6 + 28 * 3) * DOLLAR, forecast.expectedPicoDollars());
        assertNull(forecast.lowPicoDollars());
    }

    @Test
    void passedPartOfToday_isNotExpectedAgain() {
        Map<LocalDate, Long> days = Map.of(LocalDate.of(2026, 11, 29), 2 * DOLLAR, LocalDate.of(2026, 11, 30), DOLLAR);
        Forecast forecast = Forecast.of(days, Instant.parse("2026-11-30T12:00:00Z"));
        assertEquals((2 + 1 + 1) * DOLLAR, forecast.expectedPicoDollars());
    }

    @Test
    void daysOfTheWeek_areExpectedToBeAsTheyWere() {
        Map<LocalDate, Long> days = new HashMap<>();
        for (LocalDate day = LocalDate.of(2026, 10, 15); day.isBefore(LocalDate.of(2026, 11, 12)); day = day.plusDays(1)) {
            days.put(day, cost(day));
        }
        long whole = 0;
        for (int day = 1; day <= 30; day++) {
            whole += cost(LocalDate.of(2026, 11, day));
        }
        Forecast forecast = Forecast.of(days, Instant.parse("2026-11-12T00:00:00Z"));
        assertEquals(whole, forecast.expectedPicoDollars());
        assertEquals(whole, forecast.lowPicoDollars());
    }

    /** Of many months of noisy days, about as many end within the band as it says. */
    @Test
    void band_holdsAsOftenAsItSays() {
        Random random = new Random(11);
        int within = 0;
        int months = 400;
        for (int i = 0; i < months; i++) {
            Map<LocalDate, Long> days = new HashMap<>();
            for (LocalDate day = LocalDate.of(2026, 10, 14); day.isBefore(LocalDate.of(2026, 12, 1)); day = day.plusDays(1)) {
                days.put(day, Math.round(cost(day) * Math.max(0, 1 + 0.2 * random.nextGaussian())));
            }
            long end = days.entrySet().stream()
                    .filter(day -> day.getKey().getMonthValue() == 11)
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            Map<LocalDate, Long> known = new HashMap<>(days);
            known.keySet().removeIf(day -> !day.isBefore(LocalDate.of(2026, 11, 16)));
            Forecast forecast = Forecast.of(
                    known, LocalDate.of(2026, 11, 16).atStartOfDay(ZoneOffset.UTC).toInstant());
            Long low = forecast.lowPicoDollars();
            Long high = forecast.highPicoDollars();
            within += low != null && high != null && low <= end && end <= high ? 1 : 0;
        }
        double share = (double) within / months;
        assertTrue(share > 0.65 && share < 0.9, "within the band: " + share);
    }

    private static long cost(LocalDate day) {
        return (day.getDayOfWeek().getValue() >= 6 ? 3 : 10) * DOLLAR;
    }
}
