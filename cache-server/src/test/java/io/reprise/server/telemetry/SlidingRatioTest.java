package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SlidingRatioTest {
    private final ManualClock clock = new ManualClock();
    private final SlidingRatio ratio = new SlidingRatio(clock);

    @Test
    void noCall_hasNoRatio() {
        assertTrue(Double.isNaN(ratio.value()));
    }

    @Test
    void ratio_isTheShareOfHits() {
        ratio.add(true);
        assertEquals(1.0, ratio.value());
        ratio.add(false);
        ratio.add(false);
        ratio.add(false);
        assertEquals(0.25, ratio.value());
    }

    @Test
    void calls_countForFourAndAHalfMinutesAtLeast() {
        ratio.add(true);
        clock.advance(Duration.ofSeconds(269));
        ratio.add(false);
        assertEquals(0.5, ratio.value());
    }

    @Test
    void calls_areForgottenAfterFiveMinutes() {
        ratio.add(true);
        clock.advance(Duration.ofMinutes(5));
        assertTrue(Double.isNaN(ratio.value()));
        ratio.add(false);
        assertEquals(0.0, ratio.value());
    }

    @Test
    void longSilence_leavesNothingBehind() {
        for (int i = 0; i < 10; i++) {
            ratio.add(true);
            clock.advance(Duration.ofSeconds(30));
        }
        clock.advance(Duration.ofDays(100));
        assertTrue(Double.isNaN(ratio.value()));
    }

    @Test
    void window_slides() {
        for (int i = 0; i < 20; i++) {
            ratio.add(i < 10);
            clock.advance(Duration.ofSeconds(30));
        }
        assertEquals(0.0, ratio.value());
    }

    @Test
    void clockThatIsSetBack_countsFromThere() {
        ratio.add(true);
        clock.advance(Duration.ofMinutes(-59));
        ratio.add(false);
        clock.advance(Duration.ofMinutes(5));
        assertTrue(Double.isNaN(ratio.value()), "value " + ratio.value());
    }
}
