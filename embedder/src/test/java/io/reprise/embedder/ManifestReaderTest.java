package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.embedder.ModelManifest.Inputs;
import io.reprise.embedder.ModelManifest.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestReaderTest {
    private static final String SUM = "0123456789abcdef".repeat(4);

    private static final String COMPLETE = """
            name: my-model
            source: https://example.org/my-model
            licence: MIT
            dimension: 768
            pooling: cls
            window_tokens: 512
            inputs:
              input_ids: ids
              attention_mask: mask
              token_type_ids: types
            output: hidden
            files:
              weights:
                name: w.onnx
                sha256: %s
              tokenizer:
                name: t.json
                sha256: %s
            """.formatted(SUM, SUM);

    private static final String COMPLETE_PAIR =
            COMPLETE.replace("dimension: 768\n", "").replace("pooling: cls\n", "");

    private Path file;

    @BeforeEach
    void nameFile(@TempDir Path folder) {
        file = folder.resolve("manifest.yaml");
    }

    @Test
    void completeManifest_isReadWhole() throws IOException {
        assertEquals(
                new SentenceManifest(
                        "my-model",
                        "https://example.org/my-model",
                        "MIT",
                        768,
                        Pooling.CLS,
                        512,
                        new Inputs("ids", "mask", "types"),
                        "hidden",
                        new ModelFile("w.onnx", SUM),
                        new ModelFile("t.json", SUM)),
                read(COMPLETE));
    }

    @Test
    void modelWithoutTokenTypes_isRead() throws IOException {
        SentenceManifest manifest = read(COMPLETE.replace("  token_type_ids: types\n", ""));
        assertEquals(new Inputs("ids", "mask", null), manifest.inputs());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dimension: 768 | dimension: 0 | dimension is 0; allowed: a whole number from 1 to 4096",
                "dimension: 768 | dimension: '768' | dimension is '768'; allowed: a whole number from 1 to 4096",
                "dimension: 768 | dimension: 768.5 | dimension is 768.5; allowed: a whole number from 1 to 4096",
                "dimension: 768 | dimension: 99999999999 | dimension is 99999999999; allowed: a whole number from 1 to 4096",
                "pooling: cls | pooling: max | pooling is 'max'; allowed: mean, cls",
                "pooling: cls | pooling: [cls] | pooling is a list; allowed: mean, cls",
                "name: my-model | name: my model | name is 'my model'; allowed: letters, digits, '.', '_' and '-', at most 64",
                "name: my-model | name: 7 | name is 7; allowed: letters, digits, '.', '_' and '-', at most 64; put quotes around it",
                "window_tokens: 512 | window_tokens: 2 | window_tokens is 2; allowed: a whole number from 3 to 32768",
                "name: w.onnx | name: ../w.onnx | files.weights.name is '../w.onnx'; allowed: a file name without a path",
                "name: w.onnx | name: .. | files.weights.name is '..'; allowed: a file name without a path",
                "licence: MIT | licence: ' ' | licence is ''; allowed: text that is not blank",
                "licence: MIT | license: MIT | license is an unknown key, with the value 'MIT'; allowed: dimension, files,",
                "licence: MIT | license: MIT | licence is missing",
                "output: hidden | output: | output is missing",
                "token_type_ids: types | segment_ids: types | inputs.segment_ids is an unknown key, with the value 'types'; allowed: attention_mask, input_ids, token_type_ids",
                "input_ids: ids | input_ids: | inputs.input_ids is missing",
                "input_ids: ids | input_ids: mask | inputs are [mask, mask, types]; allowed: a name of its own for each",
                "token_type_ids: types | token_type_ids: ids | inputs are [ids, mask, ids]; allowed: a name of its own for each",
                "files: | flies: | files is missing",
            })
    void badValue_isNamedWithItsKeyAndWhatIsAllowed(String from, String to, String problem) throws IOException {
        assertTrue(COMPLETE.contains(from), "the test spoils nothing");
        String message = problemsOf(COMPLETE.replace(from, to));
        assertTrue(message.contains(problem), message);
    }

    @Test
    void badChecksum_isNamed() throws IOException {
        String message = problemsOf(COMPLETE.replace(SUM, "abc"));
        assertTrue(
                message.contains("files.weights.sha256 is 'abc'; allowed: 64 hexadecimal digits")
                        && message.contains("files.tokenizer.sha256 is 'abc'; allowed: 64 hexadecimal digits"),
                message);
    }

    @Test
    void severalProblems_areReportedAtOnceWithTheFile() throws IOException {
        assertEquals(
                "Model manifest " + file + " cannot be used: pooling is 'max'; allowed: mean, cls; "
                        + "window_tokens is 1; allowed: a whole number from 3 to 32768",
                problemsOf(COMPLETE.replace("cls", "max").replace("512", "1")));
    }

    @Test
    void sectionThatIsText_isNamedOnce() throws IOException {
        assertEquals(
                "Model manifest " + file
                        + " cannot be used: inputs is 'ids'; allowed: the keys attention_mask, input_ids, token_type_ids",
                problemsOf(COMPLETE.replaceAll("(?s)inputs:.*output", "inputs: ids\noutput")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "just text", "- a\n- list\n"})
    void documentThatIsNoMapping_isRejected(String yaml) throws IOException {
        String message = problemsOf(yaml);
        assertTrue(message.contains("allowed: the keys dimension, files,"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"name: [", "name: a\nname: b\n", "a: 1\n---\nb: 2\n", "\tname: a"})
    void documentThatIsNoYaml_isRejectedInOneLine(String yaml) throws IOException {
        String message = problemsOf(yaml);
        assertTrue(message.startsWith("Model manifest " + file + " is not valid YAML: "), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void bytesThatAreNoUtf8_areRejected() throws IOException {
        Files.write(file, new byte[] {'n', (byte) 0xff, (byte) 0xfe});
        String message = Rejection.message(EmbedderException.class, () -> ManifestReader.readSentence(file));
        assertTrue(message.startsWith("Model manifest " + file + " cannot be read"), message);
    }

    @Test
    void completePairManifest_isReadWhole() throws IOException {
        Files.writeString(file, COMPLETE_PAIR);
        assertEquals(
                new PairManifest(
                        "my-model",
                        "https://example.org/my-model",
                        "MIT",
                        512,
                        new Inputs("ids", "mask", "types"),
                        "hidden",
                        new ModelFile("w.onnx", SUM),
                        new ModelFile("t.json", SUM)),
                ManifestReader.readPair(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "window_tokens: 512 | window_tokens: 4 | window_tokens is 4; allowed: a whole number from 5 to 32768",
                "name: my-model | name: my model | name is 'my model'; allowed: letters, digits, '.', '_' and '-', at most 64",
                "  token_type_ids: types | # none | inputs.token_type_ids is missing",
                "token_type_ids: types | token_type_ids: ids | inputs are [ids, mask, ids]; allowed: a name of its own for each",
                "licence: MIT | license: MIT | license is an unknown key, with the value 'MIT'; allowed: files, inputs, licence,",
                "output: hidden | output: | output is missing",
                "name: t.json | name: ../t.json | files.tokenizer.name is '../t.json'; allowed: a file name without a path",
                "files: | flies: | files is missing",
            })
    void badValueForPairs_isNamedWithItsKeyAndWhatIsAllowed(String from, String to, String problem) throws IOException {
        assertTrue(COMPLETE_PAIR.contains(from), "the test spoils nothing");
        String message = pairProblemsOf(COMPLETE_PAIR.replace(from, to));
        assertTrue(message.contains(problem), message);
    }

    @Test
    void severalProblemsOfAPairManifest_areReportedAtOnceWithTheFile() throws IOException {
        assertEquals(
                "Model manifest " + file + " cannot be used: licence is missing; window_tokens is 1; "
                        + "allowed: a whole number from 5 to 32768",
                pairProblemsOf(COMPLETE_PAIR.replace("licence: MIT\n", "").replace("512", "1")));
    }

    @Test
    void documentThatIsNoMapping_isNoPairManifest() throws IOException {
        String message = pairProblemsOf("just text");
        assertTrue(message.contains("the manifest is 'just text'; allowed: the keys files,"), message);
    }

    @Test
    void pairManifestForASentenceModel_isRejectedInOneProblem() throws IOException {
        assertEquals(
                "Model manifest " + file
                        + " is not that of a sentence model, as it states neither dimension nor pooling, "
                        + "which a pair model lacks: name the folder of a sentence model, or add both keys",
                problemsOf(COMPLETE_PAIR));
    }

    @Test
    void sentenceManifestForAPairModel_isRejectedInOneProblem() throws IOException {
        assertEquals(
                "Model manifest " + file + " is not that of a pair model, as it states dimension or pooling, "
                        + "which only a sentence model has: name the folder of a pair model, or remove both keys",
                pairProblemsOf(COMPLETE));
    }

    private SentenceManifest read(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return ManifestReader.readSentence(file);
    }

    private String problemsOf(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return Rejection.message(EmbedderException.class, () -> ManifestReader.readSentence(file));
    }

    private String pairProblemsOf(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return Rejection.message(EmbedderException.class, () -> ManifestReader.readPair(file));
    }
}
