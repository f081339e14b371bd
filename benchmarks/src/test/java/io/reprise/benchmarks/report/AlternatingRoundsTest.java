package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlternatingRoundsTest {

    @Test
    void secondRound_measuresInTheOtherOrder() {
        List<String> order = new ArrayList<>();
        var rounds = new AlternatingRounds();
        for (int i = 0; i < 2; i++) {
            rounds.measure(() -> note(order, "ours"), () -> note(order, "theirs"));
        }
        assertEquals(List.of("ours", "theirs", "theirs", "ours"), order);
    }

    @Test
    void machineThatSlowsDown_leavesTheRatio() {
        var rounds = new AlternatingRounds();
        for (double speed : new double[] {1, 0.5, 0.1, 0.9, 0.3}) {
            rounds.add(60 * speed, 100 * speed);
        }
        assertEquals(0.6, rounds.ratio().median(), 1e-12);
        assertEquals(0.6, rounds.ratio().low(), 1e-12);
        assertEquals(0.6, rounds.ratio().high(), 1e-12);
    }

    @Test
    void difference_isTakenWithinRounds() {
        var rounds = new AlternatingRounds();
        rounds.add(11, 10);
        rounds.add(102, 100);
        rounds.add(1003, 1000);
        assertEquals(2, rounds.difference().median());
    }

    private static double note(List<String> order, String who) {
        order.add(who);
        return 1;
    }
}
