package io.reprise.server.decision.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AlarmCountTest {
    private static final double ALPHA = 0.05;

    @Test
    void withoutHits_boundIsNothing() {
        assertEquals(0, count(1).upper(ALPHA));
    }

    @Test
    void withoutAudits_everyHitMayBeWrong() {
        AlarmCount count = count(0.1);
        add(count, 20, 0.1, false, false);
        assertEquals(20, count.upper(ALPHA));
    }

    @Test
    void cleanAudits_showOnePercentAfterSomeFourHundred() {
        AlarmCount count = count(1);
        add(count, 400, 1, true, false);
        assertTrue(count.upper(ALPHA) / 400 < 0.0105, "bound " + count.upper(ALPHA));
        assertTrue(count.upper(ALPHA) > -Math.log(ALPHA), "no bound may beat the best single bet");
    }

    /** The number of wrong hits that may hide behind clean audits grows with 1/propensity, not with the hits. */
    @Test
    void sparseCleanAudits_boundTheNumberNotTheShare() {
        AlarmCount count = count(0.1);
        for (int i = 0; i < 1000; i++) {
            count.add(0.1, i % 10 == 0, false);
        }
        double at1000 = count.upper(ALPHA);
        for (int i = 0; i < 9000; i++) {
            count.add(0.1, i % 10 == 0, false);
        }
        assertEquals(at1000, count.upper(ALPHA), 1e-3);
        assertTrue(at1000 > 30 && at1000 < 60, "bound " + at1000);
    }

    @Test
    void alarm_raisesTheBound() {
        AlarmCount clean = count(1);
        add(clean, 1000, 1, true, false);
        AlarmCount stained = count(1);
        add(stained, 999, 1, true, false);
        add(stained, 1, 1, true, true);
        assertTrue(stained.upper(ALPHA) > clean.upper(ALPHA) + 0.5);
        assertEquals(1, stained.estimate());
    }

    @Test
    void estimate_weighsByPropensity() {
        AlarmCount count = count(0.25);
        add(count, 1, 0.25, true, true);
        add(count, 3, 0.25, false, false);
        assertEquals(4, count.estimate());
    }

    /** A hit audited less than before ends the bold bets: with those left the evidence is what it would have been with them alone. */
    @Test
    void smallerPropensity_leavesTheBetsBelowIt() {
        AlarmCount count = new AlarmCount(Bets.forPropensities(List.of(1.0, 0.1)));
        add(count, 5000, 1, true, false);
        double foreseen = count.logEvidenceBelow(50, 0.1);
        assertTrue(foreseen < count.logEvidenceBelow(50));
        count.add(0.1, false, false);
        assertEquals(foreseen, count.logEvidenceBelow(50), 1e-12);
    }

    /** Ville: over 400 runs at a true share of 2 %, seen after every hit, the bound may fail in 5 % of them. */
    @Test
    void bound_coversAtEveryMoment() {
        int failed = 0;
        for (int seed = 0; seed < 400; seed++) {
            var random = new Random(seed);
            AlarmCount count = count(0.3);
            boolean below = false;
            for (int hits = 1; hits <= 1500; hits++) {
                boolean audited = random.nextDouble() < 0.3;
                count.add(0.3, audited, audited && random.nextDouble() < 0.02);
                // That the bound lies below the truth is that the evidence at the truth reaches 1/alpha.
                below |= count.logEvidenceBelow(0.02 * hits) >= -Math.log(ALPHA);
            }
            failed += below ? 1 : 0;
        }
        assertTrue(failed <= 20, failed + " of 400");
    }

    private static AlarmCount count(double propensity) {
        return new AlarmCount(Bets.forPropensities(List.of(propensity)));
    }

    private static void add(AlarmCount to, int hits, double propensity, boolean audited, boolean alarm) {
        for (int i = 0; i < hits; i++) {
            to.add(propensity, audited, alarm);
        }
    }
}
