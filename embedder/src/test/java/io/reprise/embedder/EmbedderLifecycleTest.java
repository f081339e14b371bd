package io.reprise.embedder;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Opening and closing, on the bundled model: what closing frees is native memory, so a mistake here ends the JVM. */
final class EmbedderLifecycleTest {

    @Test
    void closedEmbedder_rejectsTexts() {
        OnnxSentenceEmbedder embedder = BundledModel.openEmbedder();
        embedder.close();
        assertThrows(IllegalStateException.class, () -> embedder.embed("too late"));
    }

    @Test
    void closedEmbedder_closesAgainWithoutEffect() {
        OnnxSentenceEmbedder embedder = BundledModel.openEmbedder();
        embedder.close();
        assertDoesNotThrow(embedder::close);
    }

    @Test
    void closingOneEmbedder_leavesAnotherOfTheSameModelOpen() {
        try (OnnxSentenceEmbedder stays = BundledModel.openEmbedder()) {
            BundledModel.openEmbedder().close();
            assertEquals(4, stays.embed("still here").tokens());
        }
    }

    @Test
    void closingWhileCallsRun_letsThemFinishAndRejectsLaterOnes() throws Exception {
        OnnxSentenceEmbedder embedder = BundledModel.openEmbedder();
        int threads = 8;
        CountDownLatch running = new CountDownLatch(threads);
        try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
            List<Future<Integer>> finished = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                finished.add(callers.submit(() -> embedUntilClosed(embedder, running)));
            }
            assertTrue(running.await(30, SECONDS));
            embedder.close();
            for (Future<Integer> calls : finished) {
                assertTrue(calls.get(30, SECONDS) > 0);
            }
        }
    }

    @Test
    void openedEmbedder_keepsTheTokenizerOffTheNetwork() {
        System.clearProperty("ai.djl.offline");
        System.clearProperty("OPT_OUT_TRACKING");
        BundledModel.openEmbedder().close();
        assertEquals("true true", System.getProperty("ai.djl.offline") + " " + System.getProperty("OPT_OUT_TRACKING"));
    }

    /** Returns how many calls were answered before one was rejected; any other end of a call is thrown. */
    private static int embedUntilClosed(OnnxSentenceEmbedder embedder, CountDownLatch running) {
        for (int calls = 0; ; calls++) {
            try {
                assertEquals(
                        13,
                        embedder.embed("How do I change the email address of my account?")
                                .tokens());
            } catch (IllegalStateException closed) {
                return calls;
            }
            if (calls == 0) {
                running.countDown();
            }
        }
    }
}
