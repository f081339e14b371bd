package io.reprise.benchmarks.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.eviction.Replay.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReplayTest {
    @Test
    void repeatsAndOthersOfTheClass_hitWhileTheyAreStored() {
        Workload workload = workload(List.of("a1", "b1", "a1", "a2", "b2", "c1"));
        Outcome outcome = Replay.of(workload, new Ranked(Ranked.Policy.LRU, workload, new Capacity(3, false)));
        assertEquals(3 / 6.0, outcome.hits(), 1e-9);
    }

    @Test
    void whatIsDisplaced_hitsNoMore() {
        Workload workload = workload(List.of("a1", "b1", "a1"));
        Outcome outcome = Replay.of(workload, new Ranked(Ranked.Policy.LRU, workload, new Capacity(1, false)));
        assertEquals(0, outcome.hits(), 1e-9);
    }

    @ParameterizedTest
    @EnumSource(Ranked.Policy.class)
    void moreRoom_savesMoreAndAllOfItEverything(Ranked.Policy policy) {
        Workload workload = skewed();
        double few = saved(workload, new Ranked(policy, workload, Capacity.ofShare(workload, 0.1, true)));
        double many = saved(workload, new Ranked(policy, workload, Capacity.ofShare(workload, 0.5, true)));
        double all = saved(workload, new Ranked(policy, workload, Capacity.ofShare(workload, 1, true)));
        assertTrue(few < many && many < all, few + ", " + many + ", " + all);
    }

    @Test
    void server_savesMoreThanTheLeastRecentlyUsed() {
        Workload workload = skewed();
        Capacity tenth = Capacity.ofShare(workload, 0.1, true);
        double server = saved(workload, new OfTheServer(workload, tenth, 32));
        double leastRecent = saved(workload, new Ranked(Ranked.Policy.LRU, workload, tenth));
        assertTrue(server > leastRecent, server + " against " + leastRecent);
    }

    private static double saved(Workload workload, Store store) {
        return Replay.of(workload, store).saved();
    }

    /** Some are asked for far more often than others, and each is a class of its own. */
    private static Workload skewed() {
        var random = new Random(1);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            texts.add("t" + (int) (1000 * Math.pow(random.nextDouble(), 2)) + ".");
        }
        return workload(texts);
    }

    /** The class is the text without its last character. */
    private static Workload workload(List<String> texts) {
        return Workload.of(
                "test",
                texts.stream()
                        .map(text -> new StreamRow(text, text, text.substring(0, text.length() - 1), false))
                        .toList(),
                1);
    }
}
