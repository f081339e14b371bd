package io.reprise.benchmarks.bound;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.bound.SimulatedRun.Outcome;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation of {@link BoundSimulation} with fewer and shorter runs, seeded. */
final class BoundSimulationTest {
    private static final int RUNS = 12;
    private static final int WOULD_BE_HITS = 12_000;

    static List<Scenario> scenarios() {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void publishedBound_coversTheTruth(Scenario scenario) {
        List<Outcome> outcomes = BoundSimulation.outcomes(scenario, RUNS, WOULD_BE_HITS);
        long covered = outcomes.stream().filter(Outcome::covered).count();
        assertTrue(covered >= BoundSimulation.needed(RUNS), covered + " of " + RUNS);
    }

    /** Else it would cover by serving nothing. */
    @ParameterizedTest
    @MethodSource("scenarios")
    void control_servesSomething(Scenario scenario) {
        assertTrue(
                BoundSimulation.outcomes(scenario, 1, WOULD_BE_HITS).getFirst().served() > 300);
    }
}
