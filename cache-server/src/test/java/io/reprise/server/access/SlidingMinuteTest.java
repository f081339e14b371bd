package io.reprise.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlidingMinuteTest {
    @Test
    void sum_isThatOfTheLastSixtySeconds() {
        var minute = new SlidingMinute();
        var random = new SplittableRandom(7);
        record Amount(long second, long amount) {}
        List<Amount> all = new ArrayList<>();
        long second = -1000;
        for (int i = 0; i < 5000; i++) {
            second += random.nextInt(10) == 0 ? random.nextInt(200) : random.nextInt(3);
            long now = second;
            all.add(new Amount(now, random.nextInt(100)));
            minute.add(now, all.getLast().amount());
            long expected = all.stream()
                    .filter(each -> each.second() > now - 60)
                    .mapToLong(Amount::amount)
                    .sum();
            assertEquals(expected, minute.sum(now));
        }
    }

    @Test
    void wait_endsWhenEnoughHasLeft() {
        var minute = new SlidingMinute();
        minute.add(100, 3);
        minute.add(130, 5);

        assertEquals(0, minute.secondsUntil(140, 8));
        assertEquals(20, minute.secondsUntil(140, 5));
        assertEquals(50, minute.secondsUntil(140, 4));
        assertEquals(5, minute.sum(160));
        assertEquals(0, minute.sum(190));
    }

    @Test
    void correction_changesWhatIsStillThere() {
        var minute = new SlidingMinute();
        minute.add(100, 30);
        minute.correct(110, 100, -20);
        assertEquals(10, minute.sum(110));
        minute.correct(200, 100, 50);
        assertEquals(0, minute.sum(200));
    }
}
