package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The default policy with the model that reads both prompts, without it, and with one that cannot be used. */
class ReadingTest {
    @RegisterExtension
    static final Stage verified = Stage.shared();

    @RegisterExtension
    static final Stage wanting = Stage.with("model.verifier=/no/such/folder");

    @TempDir
    Path folder;

    @Test
    void paraphrase_isAHitWithTheModel() {
        store(verified.caller(), Chats.QUESTION);
        JsonNode found = lookup(verified.caller(), Chats.PARAPHRASE);
        assertEquals("hit", found.path("outcome").asText(), found::toString);
        assertTrue(found.at("/decision/candidates/0/probability").isNumber(), found::toString);
    }

    @Test
    void modelThatIsMissing_leavesTheSameTextAlone() {
        assertServesTheSameTextAlone(wanting.caller());
    }

    @Test
    void modelWithoutItsCalibration_countsAsMissing() throws IOException {
        Path model = copy();
        Files.delete(model.resolve("calibration.json"));
        assertServesTheSameTextAlone(model);
    }

    @ParameterizedTest
    @CsvSource({"\"reprise-verifier-v2\", \"another-model\"", "\"weights_sha256\" : \", \"weights_sha256\" : \"0"})
    void calibrationForAnotherModel_countsAsNone(String these, String others) throws IOException {
        Path model = copy();
        Path calibration = model.resolve("calibration.json");
        String json = Files.readString(calibration, StandardCharsets.UTF_8);
        assertTrue(json.contains(these), json);
        Files.writeString(calibration, json.replace(these, others));
        assertServesTheSameTextAlone(model);
    }

    @Test
    void calibrationThatIsEmpty_countsAsNone() throws IOException {
        Path model = copy();
        Files.writeString(model.resolve("calibration.json"), "null");
        assertServesTheSameTextAlone(model);
    }

    @Test
    void metrics_sayWhetherThereIsAModelThatReads() {
        assertEquals(1, verified.anonymous().metric("reprise_verifier_reading"));
        assertEquals(0, wanting.anonymous().metric("reprise_verifier_reading"));
    }

    private void assertServesTheSameTextAlone(Path model) {
        try (RunningServer server = RunningServer.start(
                folder.resolve("data"), verified.upstream().url(), Clock.systemUTC(), "model.verifier=" + model)) {
            assertServesTheSameTextAlone(verified.caller().at(server.url()));
        }
    }

    private static void assertServesTheSameTextAlone(WireCaller caller) {
        store(caller, Chats.QUESTION);
        JsonNode found = lookup(caller, Chats.PARAPHRASE);
        assertEquals("miss", found.path("outcome").asText(), found::toString);
        assertEquals("verifier", found.path("reason").asText(), found::toString);
        assertEquals("hit", lookup(caller, Chats.QUESTION).path("outcome").asText());
    }

    private static void store(WireCaller caller, String question) {
        Answer stored = caller.post("/v1/cache/entries", prompt(question).put("completion", "x"));
        assertEquals(201, stored.status(), stored.toString());
    }

    private static JsonNode lookup(WireCaller caller, String question) {
        return caller.post("/v1/cache/lookup", prompt(question).put("explain", true))
                .json();
    }

    private static ObjectNode prompt(String question) {
        return Chats.object().put("prompt", question);
    }

    /** The bundled model in a folder of its own. */
    private Path copy() throws IOException {
        Path bundled = Path.of(System.getProperty("reprise.models"), "reprise-verifier-v2");
        Path copy = Files.createDirectory(folder.resolve("model"));
        try (var files = Files.list(bundled)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
