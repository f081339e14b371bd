package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelFolderTest {
    private Path folder;
    private TinyModel model;

    @BeforeEach
    void copyModel(@TempDir Path folder) throws IOException {
        this.folder = folder;
        model = TinyModel.copyTo(folder);
    }

    @Test
    void wholeFolder_opensWithItsFiles() {
        ModelFolder opened = model.open();
        assertEquals(folder.resolve("model.onnx"), opened.weights());
        assertEquals(folder.resolve("tokenizer.json"), opened.tokenizer());
    }

    @Test
    void missingFolder_isNamed() {
        rejected(folder.resolve("elsewhere"), "There is no model folder at " + folder.resolve("elsewhere") + ": ");
    }

    @Test
    void folderWithoutManifest_isNamed() throws IOException {
        Files.delete(model.manifest());
        rejected(folder, "The model folder " + folder + " has no manifest.yaml: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json"})
    void missingFile_isNamed(String file) throws IOException {
        Files.delete(folder.resolve(file));
        rejected(folder, "The model file " + folder.resolve(file) + " does not exist or is not a file: ");
    }

    @Test
    void directoryInPlaceOfAFile_isNamed() throws IOException {
        Files.delete(folder.resolve("model.onnx"));
        Files.createDirectory(folder.resolve("model.onnx"));
        rejected(folder, "The model file " + folder.resolve("model.onnx") + " does not exist or is not a file: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json"})
    void fileWithAnotherChecksum_isNamedWithBoth(String file) throws IOException {
        Files.writeString(folder.resolve(file), " ", StandardOpenOption.APPEND);
        String message = rejected(folder, "The model file " + folder.resolve(file) + " has the sha256 ");
        assertTrue(message.matches(".* [0-9a-f]{64}, but manifest.yaml states [0-9a-f]{64}: .*"), message);
    }

    @Test
    void checksumInCapitals_isTheSameChecksum() throws IOException {
        String manifest = Files.readString(model.manifest());
        Files.writeString(
                model.manifest(),
                Pattern.compile("[0-9a-f]{64}").matcher(manifest).replaceAll(sum -> sum.group()
                        .toUpperCase(Locale.ROOT)));
        assertEquals(folder, model.open().path());
    }

    private static String rejected(Path folder, String start) {
        String message = Rejection.message(EmbedderException.class, () -> ModelFolder.open(folder));
        assertTrue(message.startsWith(start), message);
        assertEquals(1, message.lines().count());
        return message;
    }
}
