package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.InteractionNet;
import io.reprise.server.decision.TokenProjection;
import io.reprise.server.decision.TokenSketch;
import io.reprise.server.decision.TokenWeights;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pairs of two tokens are the same when their first tokens are: a token's place in the vocabulary is all that tells. */
class NetTrainerTest {
    private static final int AXES = 4;
    private static final NetTrainer.Settings SETTINGS = new NetTrainer.Settings(16, 8, 60, 32, 0.01, 0, 0, 1);
    private static final TokenWeights WEIGHTS = TokenWeights.of(new int[] {1, 1, 1, 1}, 4);

    @Test
    void differenceOfOneToken_isLearned() {
        InteractionNet net = NetTrainer.learn(examples(), WEIGHTS, SETTINGS);
        assertTrue(logOdds(net, sketch(0, 2), sketch(0, 3)) > 1);
        assertTrue(logOdds(net, sketch(0, 2), sketch(1, 2)) < -1);
    }

    @Test
    void orderOfTheTwo_makesNoDifference() {
        InteractionNet net = NetTrainer.learn(examples(), WEIGHTS, SETTINGS);
        assertEquals(logOdds(net, sketch(0, 2), sketch(1, 3)), logOdds(net, sketch(1, 3), sketch(0, 2)), 1e-4);
    }

    @Test
    void sameExamples_giveTheSameWeights() {
        float first = logOdds(NetTrainer.learn(examples(), WEIGHTS, SETTINGS), sketch(0, 2), sketch(0, 3));
        float second = logOdds(NetTrainer.learn(examples(), WEIGHTS, SETTINGS), sketch(0, 2), sketch(0, 3));
        assertEquals(first, second);
    }

    private static float logOdds(InteractionNet net, TokenSketch first, TokenSketch second) {
        return net.logOdds(InteractionNet.comparisons(first, second, WEIGHTS), new float[] {0});
    }

    private static NetTrainer.Example[] examples() {
        Random random = new Random(2);
        NetTrainer.Example[] examples = new NetTrainer.Example[512];
        for (int i = 0; i < examples.length; i++) {
            int a = random.nextInt(2);
            int b = random.nextInt(2);
            TokenSketch first = sketch(a, 2 + random.nextInt(2));
            TokenSketch second = sketch(b, 2 + random.nextInt(2));
            examples[i] = new NetTrainer.Example(first, second, new float[] {0}, a == b ? 1 : 0, 1);
        }
        return examples;
    }

    private static TokenSketch sketch(int... ids) {
        float[][] axes = new float[AXES][AXES];
        for (int axis = 0; axis < AXES; axis++) {
            axes[axis][axis] = 1;
        }
        float[] states = new float[ids.length * AXES];
        for (int token = 0; token < ids.length; token++) {
            states[token * AXES + ids[token]] = 1;
        }
        return TokenSketch.of(ids, states, new TokenProjection(new float[AXES], axes));
    }
}
