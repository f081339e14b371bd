package io.reprise.server.decision.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class QuarantineTest {
    private final SettableClock clock = new SettableClock();
    private final Quarantine quarantine = new Quarantine(clock, Duration.ofDays(1), 3);

    @Test
    void unknownEntry_needsNothing() {
        assertEquals(0, quarantine.cutoff(1, "e"));
    }

    @Test
    void wrongPair_neverServesAgain() {
        quarantine.add(1, "e", 0.99);
        assertEquals(Terms.EXACT_ONLY, quarantine.cutoff(1, "e"));
    }

    @Test
    void otherTextsOfAWrongEntry_needMore() {
        quarantine.add(1, "e", 0.96);
        assertEquals(0.99, quarantine.cutoff(2, "e"), 1e-12);
    }

    @Test
    void samePairTwice_isOneWrongAnswer() {
        quarantine.add(1, "e", 0.96);
        quarantine.add(1, "e", 0.96);
        assertEquals(0.99, quarantine.cutoff(2, "e"), 1e-12);
    }

    @Test
    void thirdWrongAnswer_leavesExactHits() {
        for (int asked = 1; asked <= 3; asked++) {
            quarantine.add(asked, "e", 0.96);
        }
        assertEquals(Terms.EXACT_ONLY, quarantine.cutoff(9, "e"));
    }

    @Test
    void certainAndWrong_leavesExactHits() {
        quarantine.add(1, "e", 1);
        assertTrue(quarantine.cutoff(2, "e") > 1);
    }

    @Test
    void barredPair_leavesTheEntryAlone() {
        quarantine.bar(1, "e");
        assertEquals(Terms.EXACT_ONLY, quarantine.cutoff(1, "e"));
        assertEquals(0, quarantine.cutoff(2, "e"));
    }

    @Test
    void quarantine_endsWithTimeAndWithItsEntry() {
        quarantine.add(1, "old", 0.96);
        clock.pass(Duration.ofDays(2));
        assertEquals(0, quarantine.cutoff(1, "old"));
        quarantine.add(1, "gone", 0.96);
        quarantine.forget("gone");
        assertEquals(0, quarantine.cutoff(2, "gone"));
    }

    @Test
    void oldest_goFirst() {
        for (int i = 0; i < 4; i++) {
            quarantine.add(i, "e" + i, 0.96);
        }
        assertEquals(3, quarantine.size());
        assertEquals(0, quarantine.cutoff(0, "e0"));
    }
}
