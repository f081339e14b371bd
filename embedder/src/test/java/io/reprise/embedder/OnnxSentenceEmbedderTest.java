package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled model: what a text becomes, alone, among others and on many threads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnnxSentenceEmbedderTest {
    private final OnnxSentenceEmbedder embedder = BundledModel.openEmbedder();

    @AfterAll
    void close() {
        embedder.close();
    }

    @Test
    void openedModel_saysWhatItsManifestSays() {
        assertEquals(
                List.of("all-minilm-l6-v2-q", 384, 256),
                List.of(embedder.modelName(), embedder.dimension(), embedder.windowTokens()));
    }

    @Test
    void vector_hasUnitNorm() {
        double squares = 0;
        for (float component : vector("How long do eggs keep in the fridge?").vector()) {
            squares += (double) component * component;
        }
        assertEquals(1.0, squares, 1e-6);
    }

    @Test
    void paraphrase_isNearerThanAnotherQuestion() {
        float[] question = vector("How long do eggs keep in the fridge?").vector();
        double paraphrase = cosine(
                question,
                vector("For how many days can I store eggs in a refrigerator?").vector());
        double other = cosine(
                question,
                vector("How do I replace the battery of a smoke alarm?").vector());
        assertTrue(paraphrase > other + 0.3, paraphrase + " should be far above " + other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t  ", "\u2003\u3000"})
    void textEmptyAfterTrimming_isRejected(String text) {
        assertThrows(IllegalArgumentException.class, () -> embedder.embed(text));
    }

    @Test
    void emptyTextAmongOthers_isNamedByItsPosition() {
        String message =
                Rejection.message(IllegalArgumentException.class, () -> embedder.embedAll(List.of("one", "two", " ")));
        assertTrue(message.startsWith("text 2 is empty"), message);
    }

    @Test
    void noTexts_makeNoEmbeddings() {
        assertEquals(List.of(), embedder.embedAll(List.of()));
    }

    @Test
    void emojiOutsideTheVocabulary_makeEqualVectors() {
        assertArrayEquals(vector("what is 😀?").vector(), vector("what is 🦀?").vector());
    }

    @Test
    void emojiOutsideTheVocabulary_isAnUnknownToken() {
        assertEquals(1, vector("what is 🦀?").unknownTokens());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D what is this?", "what is \uDE00 this?", "what is this?\uD83D"})
    void loneSurrogate_countsAsUnknown(String text) {
        assertEquals(1, vector(text).unknownTokens());
    }

    @ParameterizedTest
    @ValueSource(strings = {"the price is \uFFFD", "the \uE000 price", "the price \uDBFF\uDFFD"})
    void characterThatMeansNothing_countsAsUnknown(String text) {
        assertEquals(1, vector(text).unknownTokens());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u200B\u200D", "\u0000", "\u00A0", "\u0301"})
    void textOfWhichNoTokenIsLeft_countsAsUnknown(String text) {
        assertTrue(vector(text).unknownTokens() >= 1);
    }

    @Test
    void textsTogether_haveTheVectorsTheyHaveAlone() {
        List<String> texts = mixedTexts();
        List<Embedding> together = embedder.embedAll(texts);
        for (int i = 0; i < texts.size(); i++) {
            assertArrayEquals(
                    vector(texts.get(i)).vector(), asVector(together.get(i)).vector(), texts.get(i));
        }
    }

    @Test
    void textTooLongAmongOthers_leavesThemInPlace() {
        List<Embedding> embeddings = embedder.embedAll(List.of("first", "far too long ".repeat(100), "last"));
        assertEquals(
                List.of(Embedding.Vector.class, Embedding.TooLong.class, Embedding.Vector.class),
                embeddings.stream().map(Embedding::getClass).toList());
    }

    @Test
    void eightThreads_makeTheVectorsOfOne() throws Exception {
        List<String> texts = mixedTexts();
        List<float[]> sequential = texts.stream().map(t -> vector(t).vector()).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<float[]>> calls = new ArrayList<>();
            for (int round = 0; round < 4; round++) {
                texts.forEach(text -> calls.add(() -> vector(text).vector()));
            }
            List<Future<float[]>> concurrent = threads.invokeAll(calls);
            for (int i = 0; i < concurrent.size(); i++) {
                int text = i % texts.size();
                assertArrayEquals(sequential.get(text), concurrent.get(i).get(), texts.get(text));
            }
        }
    }

    @Test
    void wordOrder_changesTheVector() {
        assertNotEquals(
                1.0,
                cosine(
                        vector("the dog bit the man").vector(),
                        vector("the man bit the dog").vector()),
                1e-3);
    }

    /** Texts of a few lengths, several of each. */
    private static List<String> mixedTexts() {
        return IntStream.range(0, 24)
                .mapToObj(i -> "Where is room " + (i + 10) + " " + "and the next one ".repeat(i % 3))
                .toList();
    }

    private Embedding.Vector vector(String text) {
        return asVector(embedder.embed(text));
    }

    private static Embedding.Vector asVector(Embedding embedding) {
        return assertInstanceOf(Embedding.Vector.class, embedding);
    }

    private static double cosine(float[] a, float[] b) {
        double cosine = 0;
        for (int i = 0; i < a.length; i++) {
            cosine += (double) a[i] * b[i];
        }
        return cosine;
    }
}
