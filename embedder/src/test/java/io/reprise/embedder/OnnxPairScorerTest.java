package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled verifier: what it makes of two texts, whichever comes first and on many threads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnnxPairScorerTest {
    private static final String QUESTION = "How long do eggs keep in the fridge?";
    private static final String OTHER = "How do I replace the battery of a smoke alarm?";

    /** Some 700 tokens: three windows. */
    private static final String LONG = "The eggs have been in the fridge since Monday. ".repeat(70);

    private final OnnxPairScorer scorer = BundledModel.openScorer();

    @AfterAll
    void close() {
        scorer.close();
    }

    /** Two texts. */
    private record Pair(String first, String second) {}

    @Test
    void openedModel_saysWhatItsManifestSays() {
        assertEquals("reprise-verifier-v2", scorer.modelName());
    }

    @Test
    void textBesideItself_isNearerThanBesideAnUnrelatedOne() {
        float itself = scorer.logOdds(QUESTION, QUESTION);
        float unrelated = scorer.logOdds(QUESTION, OTHER);
        assertTrue(itself > unrelated, itself + " should be above " + unrelated);
    }

    @Test
    void longTextBesideItself_isNearerThanWhenItEndsOtherwise() {
        float itself = scorer.logOdds(LONG, LONG);
        float otherEnd = scorer.logOdds(LONG, LONG.substring(0, LONG.length() / 2) + OTHER.repeat(35));
        assertTrue(itself > otherEnd, itself + " should be above " + otherEnd);
    }

    @Test
    void longTextBesideAShortOne_isNeverTheSame() {
        assertEquals(Float.NEGATIVE_INFINITY, scorer.logOdds(LONG, QUESTION));
    }

    @Test
    void pairs_haveTheSameLogOddsInEitherOrder() {
        for (Pair pair : pairs()) {
            float logOdds = scorer.logOdds(pair.first, pair.second);
            assertEquals(logOdds, scorer.logOdds(pair.second, pair.first), pair.first);
            assertEquals(logOdds, scorer.about(pair.second).logOdds(pair.first), pair.first);
        }
    }

    @Test
    void fourThreads_makeTheLogOddsOfOne() throws Exception {
        List<Pair> pairs = pairs();
        List<Float> sequential =
                pairs.stream().map(p -> scorer.logOdds(p.first, p.second)).toList();
        PairScorer.About shared = scorer.about(QUESTION);
        float unrelated = shared.logOdds(OTHER);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Float>> calls = new ArrayList<>();
            List<Float> expected = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i++) {
                Pair pair = pairs.get(i);
                calls.add(() -> scorer.logOdds(pair.first, pair.second));
                expected.add(sequential.get(i));
                calls.add(() -> shared.logOdds(OTHER));
                expected.add(unrelated);
            }
            List<Float> concurrent = new ArrayList<>();
            for (Future<Float> call : threads.invokeAll(calls)) {
                concurrent.add(call.get());
            }
            assertEquals(expected, concurrent);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t  ", "\u2003\u3000"})
    void textEmptyAfterTrimming_isRejected(String text) {
        assertRejected("is empty after trimming", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u200B\u200D", "\u0000", "\u00A0", "\u0301"})
    void textOfWhichNoTokenIsLeft_isRejected(String text) {
        assertRejected("holds nothing that the tokenizer sees", text);
    }

    @ParameterizedTest
    @CsvSource({"what is \uD83D this?, what is \uDE00 this?", "what is 🦀?, what is 😀?", "'one\u200B two', one two"})
    void textsThatTheTokenizerCannotTellApart_areOneText(String first, String second) {
        assertEquals(scorer.logOdds(first, first), scorer.logOdds(first, second));
    }

    private void assertRejected(String problem, String text) {
        for (String message : List.of(
                Rejection.message(IllegalArgumentException.class, () -> scorer.logOdds(text, QUESTION)),
                Rejection.message(IllegalArgumentException.class, () -> scorer.logOdds(QUESTION, text)),
                Rejection.message(IllegalArgumentException.class, () -> scorer.about(text)),
                Rejection.message(IllegalArgumentException.class, () -> scorer.about(QUESTION)
                        .logOdds(text)))) {
            assertTrue(message.contains(problem), message);
        }
    }

    private static List<Pair> pairs() {
        return List.of(
                new Pair(QUESTION, OTHER),
                new Pair(QUESTION, "For how many days can I store eggs in a refrigerator?"),
                new Pair("x", "Was kostet ein Ei?"),
                new Pair("卵は冷蔵庫でどれくらい持ちますか", "egg 🥚 " + "\uD83D" + " lone"),
                new Pair("[CLS] [SEP] [SEP]", "[PAD] [MASK] [UNK]"),
                new Pair(LONG, LONG.replace("Monday", "Tuesday")));
    }
}
