package io.reprise.embedder;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing, which frees native memory: a mistake here ends the JVM. */
final class PairScorerLifecycleTest {
    private static final float RED_BESIDE_GREEN = -17;

    private TinyModel model;

    @BeforeEach
    void copyModel(@TempDir Path folder) throws IOException {
        model = TinyModel.copyPairModelTo(folder);
    }

    @Test
    void closedScorer_rejectsTexts() {
        OnnxPairScorer scorer = model.openScorer();
        scorer.close();
        assertThrows(IllegalStateException.class, () -> scorer.logOdds("too", "late"));
        assertThrows(IllegalStateException.class, () -> scorer.about("too late"));
    }

    @Test
    void textAboutWhichAClosedScorerIsAsked_rejectsOthers() {
        OnnxPairScorer scorer = model.openScorer();
        PairScorer.About red = scorer.about("red");
        scorer.close();
        assertThrows(IllegalStateException.class, () -> red.logOdds("green"));
    }

    @Test
    void closedScorer_closesAgainWithoutEffect() {
        OnnxPairScorer scorer = model.openScorer();
        scorer.close();
        assertDoesNotThrow(scorer::close);
    }

    @Test
    void closingOneScorer_leavesAnotherOfTheSameModelOpen() {
        try (OnnxPairScorer stays = model.openScorer()) {
            model.openScorer().close();
            assertEquals(RED_BESIDE_GREEN, stays.logOdds("red", "green"));
        }
    }

    @Test
    void closingWhileCallsRun_letsThemFinishAndRejectsLaterOnes() throws Exception {
        OnnxPairScorer scorer = model.openScorer();
        int threads = 8;
        CountDownLatch running = new CountDownLatch(threads);
        try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
            List<Future<Integer>> finished = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                finished.add(callers.submit(() -> compareUntilClosed(scorer, running)));
            }
            assertTrue(running.await(30, SECONDS));
            scorer.close();
            for (Future<Integer> calls : finished) {
                assertTrue(calls.get(30, SECONDS) > 0);
            }
        }
    }

    /** Returns how many calls were answered before one was rejected; any other end of a call is thrown. */
    private static int compareUntilClosed(OnnxPairScorer scorer, CountDownLatch running) {
        PairScorer.About red = scorer.about("red");
        for (int calls = 0; ; calls++) {
            try {
                assertEquals(RED_BESIDE_GREEN, red.logOdds("green"));
            } catch (IllegalStateException closed) {
                return calls;
            }
            if (calls == 0) {
                running.countDown();
            }
        }
    }
}
