package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.CrossCalibration.Temperature;
import io.reprise.server.decision.CrossCalibration.Weights;
import io.reprise.server.decision.FeatureVerifier;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StackingTest {
    @Test
    void weightsThatMadeTheLabels_areFoundAgain() {
        Weights found = Stacking.weights(examples(
                40_000,
                reading -> -1 + 0.7 * reading.compared().logOdds() + 0.4 * reading.read() + 2 * reading.cosine()));
        assertEquals(-1, found.bias(), 0.4);
        assertEquals(0.7, found.compared(), 0.05);
        assertEquals(0.4, found.read(), 0.05);
        assertEquals(2, found.cosine(), 0.5);
        // Normal numbers of spread 2: one in five hundred is larger.
        assertEquals(6.2, found.mostRead(), 0.5);
    }

    @Test
    void lengthWhoseLogOddsAreTwiceTooLarge_hasTemperatureTwo() {
        var weights = new Weights(0, 1, 0, 0, 8);
        List<Temperature> found = Stacking.temperatures(
                examples(
                        40_000,
                        reading -> reading.compared().logOdds()
                                / (reading.compared().tokens() > 28 ? 2 : 1)),
                weights);
        assertEquals(1, found.get(0).temperature(), 0.1);
        assertEquals(1, found.get(1).temperature(), 0.1);
        assertEquals(2, found.getLast().temperature(), 0.2);
        assertTrue(found.getLast().tokens() > 1_000_000);
    }

    @Test
    void lengthOfWhichThereAreFewPairs_hasTemperatureOne() {
        var weights = new Weights(0, 1, 0, 0, 8);
        List<Temperature> found = Stacking.temperatures(
                examples(200, reading -> reading.compared().logOdds() / 2), weights);
        assertTrue(found.stream().allMatch(temperature -> temperature.temperature() == 1));
    }

    private static List<Stacking.Example> examples(int count, ToDoubleFunction<PairReadings.Reading> logOdds) {
        Random random = new Random(3);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    var reading = new PairReadings.Reading(
                            0.7f + 0.3f * random.nextFloat(),
                            new FeatureVerifier.Compared((float) (2 * random.nextGaussian()), 8 + random.nextInt(40)),
                            (float) (2 * random.nextGaussian()));
                    double likely = 1 / (1 + Math.exp(-logOdds.applyAsDouble(reading)));
                    return new Stacking.Example(reading, random.nextDouble() < likely);
                })
                .toList();
    }
}
