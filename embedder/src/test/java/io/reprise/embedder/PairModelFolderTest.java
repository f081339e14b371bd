package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PairModelFolderTest {
    private Path folder;
    private TinyModel model;

    @BeforeEach
    void copyModel(@TempDir Path folder) throws IOException {
        this.folder = folder;
        model = TinyModel.copyPairModelTo(folder);
    }

    @Test
    void wholeFolder_opens() {
        assertEquals("tiny-pair", model.openPairModel().checked().manifest().name());
    }

    @Test
    void missingFolder_isNamed() {
        Path missing = folder.resolve("elsewhere");
        String message = Rejection.message(EmbedderException.class, () -> PairModelFolder.open(missing));
        assertTrue(message.startsWith("There is no model folder at " + missing + ": "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json"})
    void fileWithAnotherChecksum_isNamed(String file) throws IOException {
        Files.writeString(folder.resolve(file), " ", StandardOpenOption.APPEND);
        String message = Rejection.message(EmbedderException.class, model::openPairModel);
        assertTrue(message.startsWith("The model file " + folder.resolve(file) + " has the sha256 "), message);
    }

    @Test
    void pairModelWhereASentenceModelIsWanted_isRejectedInOneLine() {
        String message = Rejection.message(EmbedderException.class, model::open);
        assertTrue(
                message.startsWith("Model manifest " + model.manifest() + " is not that of a sentence model"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void sentenceModelWhereAPairModelIsWanted_isRejectedInOneLine(@TempDir Path other) throws IOException {
        TinyModel sentenceModel = TinyModel.copyTo(other);
        String message = Rejection.message(EmbedderException.class, sentenceModel::openPairModel);
        assertTrue(
                message.startsWith("Model manifest " + sentenceModel.manifest() + " is not that of a pair model"),
                message);
        assertEquals(1, message.lines().count());
    }
}
