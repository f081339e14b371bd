package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models other than the bundled one: vectors worked out by hand, and manifests that do not describe their model. */
final class TinyModelTest {
    private static final float TOLERANCE = 1e-6f;

    private Path folder;
    private TinyModel model;

    @BeforeEach
    void copyModel(@TempDir Path folder) throws IOException {
        this.folder = folder;
        model = TinyModel.copyTo(folder);
    }

    @Test
    void meanPooling_averagesAllTokens() {
        // [CLS] + red + [SEP] = (1, 1, 1, 0)
        float third = (float) (1 / Math.sqrt(3));
        try (OnnxSentenceEmbedder embedder = model.openEmbedder()) {
            assertArrayEquals(new float[] {third, third, third, 0}, vector(embedder.embed("red")), TOLERANCE);
        }
    }

    @Test
    void clsPooling_takesTheFirstToken() throws IOException {
        model.editManifest("pooling: mean", "pooling: cls");
        // [CLS] + mean = (1, 0, 0, 0) + (1/3, 1/3, 1/3, 0), which points to (4, 1, 1, 0)
        float one = (float) (1 / Math.sqrt(18));
        try (OnnxSentenceEmbedder embedder = model.openEmbedder()) {
            assertArrayEquals(new float[] {4 * one, one, one, 0}, vector(embedder.embed("red")), TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9, 256})
    void batchesOfAnySize_keepTheOrderOfTexts(int maxBatchTokens) {
        List<String> texts =
                List.of("red", "green red", "green", "blue", "red green", "red", "red red red", "blue blue");
        try (OnnxSentenceEmbedder embedder =
                OnnxSentenceEmbedder.open(model.open(), new EmbedderOptions(1, maxBatchTokens))) {
            List<Embedding> together = embedder.embedAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(vector(embedder.embed(texts.get(i))), vector(together.get(i)), TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"6, true", "7, false"})
    void windowOfEightTokens_fitsSixWords(int words, boolean fits) {
        try (OnnxSentenceEmbedder embedder = model.openEmbedder()) {
            Embedding embedding = embedder.embed("red ".repeat(words));
            assertEquals(fits, embedding instanceof Embedding.Vector);
        }
    }

    @Test
    void tokens_areThoseOfTheWordsAndTwoSpecialOnes() {
        try (OnnxSentenceEmbedder embedder = model.openEmbedder()) {
            assertEquals(5, embedder.embed("red blue red").tokens());
        }
    }

    @Test
    void unknownWords_areCounted() {
        try (OnnxSentenceEmbedder embedder = model.openEmbedder()) {
            Embedding embedding = embedder.embed("red purple mauve");
            assertEquals(2, assertInstanceOf(Embedding.Vector.class, embedding).unknownTokens());
        }
    }

    @Test
    void twoIntraOpThreads_makeTheSameVector() {
        try (OnnxSentenceEmbedder one = model.openEmbedder();
                OnnxSentenceEmbedder two = OnnxSentenceEmbedder.open(model.open(), new EmbedderOptions(2, 256))) {
            assertArrayEquals(vector(one.embed("red green")), vector(two.embed("red green")), TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dimension: 4 | dimension: 5 | The model tiny has the dimension 4, its manifest states 5",
                "input_ids: input_ids | input_ids: ids | The model tiny takes the inputs [attention_mask, input_ids],"
                        + " its manifest states [attention_mask, ids]",
                "output: token_vectors | output: pooled | The model tiny makes the outputs [token_vectors], its"
                        + " manifest states pooled",
            })
    void manifestOfAnotherModel_isRejectedWithBothSides(String from, String to, String start) throws IOException {
        model.editManifest(from, to);
        String message = Rejection.message(EmbedderException.class, model::openEmbedder);
        assertTrue(message.startsWith(start), message);
    }

    @Test
    void typesInputThatTheModelLacks_isRejected() throws IOException {
        model.editManifest("inputs:", "inputs:\n  token_type_ids: token_type_ids");
        String message = Rejection.message(EmbedderException.class, model::openEmbedder);
        assertTrue(message.contains("its manifest states [attention_mask, input_ids, token_type_ids]"), message);
    }

    @Test
    void weightsThatAreNoModel_areRejected() throws IOException {
        model.replace("model.onnx", "not a model");
        String message = Rejection.message(EmbedderException.class, model::openEmbedder);
        assertTrue(message.startsWith("ONNX Runtime cannot open " + folder.resolve("model.onnx")), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a tokenizer", "{}", "[]", "{\"model\":{}}"})
    void tokenizerThatIsNone_isRejected(String content) throws IOException {
        model.replace("tokenizer.json", content);
        String message = Rejection.message(EmbedderException.class, model::openEmbedder);
        assertTrue(
                message.startsWith("The tokenizer " + folder.resolve("tokenizer.json") + " cannot be used"), message);
    }

    private static float[] vector(Embedding embedding) {
        return assertInstanceOf(Embedding.Vector.class, embedding).vector();
    }
}
