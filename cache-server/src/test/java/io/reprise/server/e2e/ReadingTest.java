package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policies with the model that reads both prompts, without it, and with one that cannot be used. */
class ReadingTest {
    @RegisterExtension
    static final Stage verified = Stage.with("decision.policy=verified");

    @RegisterExtension
    static final Stage light = Stage.with("decision.policy=light");

    @RegisterExtension
    static final Stage wanting = Stage.with("decision.policy=verified", "model.verifier=/no/such/folder");

    @TempDir
    Path folder;

    @Test
    void paraphrase_isAHitWithTheModelAndWithout() {
        for (Stage stage : List.of(verified, light)) {
            store(stage, Chats.QUESTION);
            assertEquals("hit", lookup(stage, Chats.PARAPHRASE).path("outcome").asText());
        }
    }

    @Test
    void model_hasItsSayInTheProbability() {
        assertNotEquals(probability(light), probability(verified), 1e-4);
    }

    @Test
    void modelThatIsMissing_makesDecisionsStricterAndStopsNothing() {
        assertTrue(probability(wanting) < probability(light));
        store(wanting, Chats.OTHER_QUESTION);
        assertEquals(
                "hit", lookup(wanting, Chats.OTHER_QUESTION).path("outcome").asText());
    }

    @Test
    void modelWithoutItsCalibration_countsAsMissing() throws IOException {
        Path model = copy();
        Files.delete(model.resolve("calibration.json"));
        assertEquals(probability(wanting), probability(model), 1e-9);
    }

    @ParameterizedTest
    @CsvSource({
        "\"all-minilm-l6-v2-q\", \"another-model\"",
        "\"reprise-verifier-v1\", \"another-model\"",
        "\"weights_sha256\" : \", \"weights_sha256\" : \"0"
    })
    void calibrationForAnotherModel_countsAsNone(String these, String others) throws IOException {
        Path model = copy();
        Path calibration = model.resolve("calibration.json");
        String json = Files.readString(calibration, StandardCharsets.UTF_8);
        assertTrue(json.contains(these), json);
        Files.writeString(calibration, json.replace(these, others));
        assertEquals(probability(wanting), probability(model), 1e-9);
    }

    @Test
    void calibrationThatIsEmpty_countsAsNone() throws IOException {
        Path model = copy();
        Files.writeString(model.resolve("calibration.json"), "null");
        assertEquals(probability(wanting), probability(model), 1e-9);
    }

    @Test
    void metrics_sayWhetherThereIsAModelThatReads() {
        assertEquals(1, verified.anonymous().metric("reprise_verifier_reading"));
        assertEquals(0, light.anonymous().metric("reprise_verifier_reading"));
        assertEquals(0, wanting.anonymous().metric("reprise_verifier_reading"));
    }

    private double probability(Path model) {
        try (RunningServer server = RunningServer.start(
                folder.resolve("data"),
                verified.upstream().url(),
                Clock.systemUTC(),
                "decision.policy=verified",
                "model.verifier=" + model)) {
            return probability(verified.caller().at(server.url()));
        }
    }

    private static double probability(Stage stage) {
        return probability(stage.caller());
    }

    private static double probability(WireCaller caller) {
        store(caller, Chats.QUESTION);
        JsonNode candidate = lookup(caller, Chats.PARAPHRASE).at("/decision/candidates/0");
        assertTrue(candidate.path("probability").isNumber(), candidate::toString);
        return candidate.path("probability").asDouble();
    }

    private static void store(Stage stage, String question) {
        store(stage.caller(), question);
    }

    private static void store(WireCaller caller, String question) {
        Answer stored = caller.post("/v1/cache/entries", prompt(question).put("completion", "x"));
        assertEquals(201, stored.status(), stored.toString());
    }

    private static JsonNode lookup(Stage stage, String question) {
        return lookup(stage.caller(), question);
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
        Path bundled = Path.of(System.getProperty("reprise.models"), "reprise-verifier-v1");
        Path copy = Files.createDirectory(folder.resolve("model"));
        try (var files = Files.list(bundled)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
