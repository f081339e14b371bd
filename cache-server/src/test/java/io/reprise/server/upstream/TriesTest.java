package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.reprise.server.upstream.UpstreamOptions.Retries;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriesTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-08T08:49:37Z"));
    private static final Retries RETRIES =
            new Retries(6, Set.of(429, 503), Duration.ofMillis(100), Duration.ofMillis(1000), Duration.ofSeconds(10));

    private static Tries tries(Retries retries, double random) {
        return new Tries(retries, () -> random, CLOCK);
    }

    private static MultiMap retryAfter(@Nullable String value) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        return value == null ? headers : headers.add("Retry-After", value);
    }

    @Test
    void bounds_doubleUpToTheLongestAndThenEnd() {
        Tries tries = tries(RETRIES, 1);
        List<@Nullable Duration> delays = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            delays.add(tries.afterFailure());
        }

        List<@Nullable Duration> expected = new ArrayList<>();
        for (long millis : new long[] {100, 200, 400, 800, 1000, 1000}) {
            expected.add(Duration.ofMillis(millis));
        }
        expected.add(null);
        assertEquals(expected, delays);
    }

    @Test
    void delay_isDrawnFromTheWholeOfItsRange() {
        assertEquals(Duration.ZERO, tries(RETRIES, 0).afterFailure());
        assertEquals(Duration.ofMillis(50), tries(RETRIES, 0.5).afterFailure());
    }

    @Test
    void noRetries_isNoDelay() {
        assertNull(tries(Retries.NONE, 1).afterFailure());
        assertNull(tries(Retries.NONE, 1).afterAnswer(429, retryAfter(null)));
    }

    @ParameterizedTest
    @CsvSource({"200", "400", "500", "502"})
    void answerThatIsNotListed_isNotTriedAgain(int status) {
        assertNull(tries(RETRIES, 1).afterAnswer(status, retryAfter("1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | 3000",
                "0 | 0",
                " 10 | 10000",
                "Sun, 08 Nov 2026 08:49:42 GMT | 5000",
                "Sun, 08 Nov 2026 08:49:00 GMT | 0",
                "soon | 100",
                "-1 | 100",
                "1.5 | 100"
            })
    void retryAfter_isWaitedForAndNonsenseIsNot(String value, long millis) {
        assertEquals(Duration.ofMillis(millis), tries(RETRIES, 1).afterAnswer(429, retryAfter(value)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"11", "999999999999", "Sun, 08 Nov 2026 09:00:00 GMT"})
    void longerThanIsWaitedFor_isPassedOn(String value) {
        assertNull(tries(RETRIES, 1).afterAnswer(429, retryAfter(value)));
    }

    @Test
    void milliseconds_winOverSeconds() {
        assertEquals(
                Duration.ofMillis(1500),
                tries(RETRIES, 1).afterAnswer(429, retryAfter("2").add("retry-after-ms", "1500")));
    }

    @Test
    void answersAndFailures_shareTheLimit() {
        Tries tries = tries(
                new Retries(2, Set.of(503), Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(1)), 1);
        tries.afterFailure();
        tries.afterAnswer(503, retryAfter("1"));

        assertNull(tries.afterFailure());
        assertNull(tries.afterAnswer(503, retryAfter("1")));
    }
}
