package io.reprise.server.decision.bound;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class DriftDetectorTest {

    @Test
    void thirdOfTheAcceptedRate_isNoDrift() {
        var random = new Random(1);
        var detector = new DriftDetector();
        for (int i = 0; i < 20_000; i++) {
            assertFalse(detector.reports(random.nextDouble() < 0.0033, 0.01), "at " + i);
        }
    }

    @Test
    void fiveTimesTheAcceptedRate_isReportedWithinAFewHundredAudits() {
        var random = new Random(2);
        var detector = new DriftDetector();
        for (int i = 0; i < 20_000; i++) {
            detector.reports(random.nextDouble() < 0.003, 0.01);
        }
        int audits = 1;
        while (!detector.reports(random.nextDouble() < 0.05, 0.01)) {
            audits++;
        }
        assertTrue(audits < 800, audits + " audits");
    }
}
