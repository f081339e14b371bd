package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelledLookupTest {
    private static final PromptText PROMPT = new PromptText("a", new float[] {1});
    private final ProductPolicy policy = new ProductPolicy(new CosineCutoff(0, 0.75, 1, new Calibration(4, -2)), 1);

    @Test
    void exactHit_isServedWhateverThePolicy() {
        LabelledLookup exact = lookup(true);
        assertEquals(Double.POSITIVE_INFINITY, exact.score((asked, stored) -> PairScorer.NEVER));
        assertTrue(exact.served(policy));
    }

    @Test
    void nothingStored_isNeverServed() {
        LabelledLookup alone = lookup(false);
        assertEquals(PairScorer.NEVER, alone.score((asked, stored) -> 1));
        assertFalse(alone.served(policy));
    }

    @Test
    void highestScore_counts() {
        assertEquals(-0.5f, lookup(false, 0.9f, 0.5f).score((asked, stored) -> -stored.cosine()));
        assertEquals(0.9f, lookup(false, 0.5f, 0.9f).score((asked, stored) -> stored.cosine()));
    }

    @Test
    void policyOfTheServer_decides() {
        assertTrue(lookup(false, 0.75f).served(policy));
        assertFalse(lookup(false, 0.74f).served(policy));
    }

    @Test
    void policysScore_isItsProbabilityBelowItsCutoffToo() {
        assertEquals(0.5, policy.score(PROMPT, new Stored(PROMPT, 0.5f)), 1e-9);
    }

    private static LabelledLookup lookup(boolean exact, float... cosines) {
        List<Stored> stored = new ArrayList<>();
        for (float cosine : cosines) {
            stored.add(new Stored(PROMPT, cosine));
        }
        return new LabelledLookup(List.of(), true, exact, PROMPT, stored);
    }
}
