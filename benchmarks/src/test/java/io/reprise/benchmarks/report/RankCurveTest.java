package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.report.RankCurve.Point;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankCurveTest {
    private static final double CLOSE = 1e-9;

    /** Of the nine couples, 3 above 1, 2 and 2.5, 2 above 1 and level with 2, 1 level with 1: 3 + 1.5 + 0.5 of 9. */
    private final RankCurve curve = new RankCurve(new double[] {2, 3, 1}, new double[] {1, 2.5, 2});

    @Test
    void area_countsCouplesAndHalfOfTies() {
        assertEquals(5.0 / 9, curve.area().value(), CLOSE);
    }

    /**
     * DeLong: the positives' shares are 1/6, 1/2 and 1 with variance 19/108, the negatives' 5/6, 1/2 and 1/3 with variance 7/108, so
     * that the area's variance is (19 + 7) / 324. On the logit's scale 5/9 is ln 1.25, and the error is divided by 20/81.
     */
    @Test
    void interval_isDeLongsOnTheLogit() {
        double halfWidth = 1.959963984540054 * Math.sqrt(26.0 / 324) / (20.0 / 81);
        Estimate area = curve.area();
        assertEquals(1 / (1 + Math.exp(-(Math.log(1.25) - halfWidth))), area.low(), CLOSE);
        assertEquals(1 / (1 + Math.exp(-(Math.log(1.25) + halfWidth))), area.high(), CLOSE);
    }

    /**
     * The other score's shares are 2/3, 1 and 5/6 of the positives, 1/2, 1 and 1 of the negatives, each in the order of the curve's. Less
     * the curve's they are 1/6, 0 and 2/3, and -1/3, 2/3 and 1/2: means of 5/18, variances of 39/324 and 93/324.
     */
    @Test
    void areaOverAnothers_hasDeLongsIntervalForThePairs() {
        var other = new RankCurve(new double[] {1, 3, 2}, new double[] {2, 0, 0});
        Estimate gain = other.areaOver(curve);
        double halfWidth = 1.959963984540054 * Math.sqrt((39.0 + 93) / 324 / 3);
        assertEquals(5.0 / 18, gain.value(), CLOSE);
        assertEquals(5.0 / 18 - halfWidth, gain.low(), CLOSE);
        assertEquals(5.0 / 18 + halfWidth, gain.high(), CLOSE);
    }

    @Test
    void areaOverItself_isNothingForSure() {
        assertEquals(new Estimate(0, 0, 0), curve.areaOver(curve));
    }

    @Test
    void areaOverTheCurveOfOtherThings_isRefused() {
        var one = new RankCurve(new double[] {1}, new double[] {1, 2.5, 2});
        assertThrows(IllegalArgumentException.class, () -> curve.areaOver(one));
    }

    @Test
    void separated_haveAreaOneAndStillALowerEnd() {
        Estimate area = new RankCurve(new double[] {5, 6, 7, 8}, new double[] {1, 2, 3, 4, 4.5}).area();
        assertEquals(1, area.value());
        assertEquals(new Proportion(4, 4).low(), area.low(), CLOSE);
        assertEquals(1, area.high(), CLOSE);
    }

    @Test
    void oneSideAlone_hasNoArea() {
        assertTrue(Double.isNaN(
                new RankCurve(new double[] {1}, new double[0]).area().value()));
    }

    @Test
    void neverServed_isBehindAll() {
        double never = Double.NEGATIVE_INFINITY;
        assertEquals(
                0.75,
                new RankCurve(new double[] {0.1, never}, new double[] {never, never})
                        .area()
                        .value(),
                CLOSE);
    }

    @Test
    void points_goFromStrictToLaxWithoutWhatIsNeverServed() {
        var some = new RankCurve(new double[] {3, 2}, new double[] {2, 1, Double.NEGATIVE_INFINITY, 0});
        assertEquals(
                List.of(new Point(3, 0, 0.5), new Point(2, 0.25, 1), new Point(1, 0.5, 1), new Point(0, 0.75, 1)),
                some.points());
    }

    @Test
    void trueRate_staysWithinTheFalseRate() {
        // One of four negatives may pass: the cut-off lies above 2, and what is level with it fails.
        var some = new RankCurve(new double[] {4, 3, 2, 1}, new double[] {3.5, 2, 0, 0});
        assertEquals(0.5, some.trueRateAt(0.25, new SplittableRandom(1)).value(), CLOSE);
        // None may pass.
        assertEquals(0.25, some.trueRateAt(0.01, new SplittableRandom(1)).value(), CLOSE);
    }

    @Test
    void trueRatesInterval_holdsAboutWhatTheBinomialDoes() {
        // Nine of ten positives lie above every negative, so that only the positives are uncertain.
        double[] positives = new double[1_000];
        for (int i = 0; i < positives.length; i++) {
            positives[i] = i < 900 ? 2 : 0;
        }
        Estimate rate = new RankCurve(positives, new double[] {1, 1, 1, 1}).trueRateAt(0.01, new SplittableRandom(7));
        double halfWidth = 1.96 * Math.sqrt(0.9 * 0.1 / 1_000);
        assertEquals(0.9, rate.value(), CLOSE);
        assertEquals(0.9 - halfWidth, rate.low(), 0.006);
        assertEquals(0.9 + halfWidth, rate.high(), 0.006);
    }

    @Test
    void scoreThatIsNoNumber_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RankCurve(new double[] {Double.NaN}, new double[0]));
    }
}
