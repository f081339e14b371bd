package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.ReceivedRequest;
import io.reprise.server.testupstream.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** White space by which upstream keeps the connection alive before it answers with embeddings goes on as it comes. */
class EmbeddingsKeepAliveTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private final Gate gate = new Gate();

    @AfterEach
    void open() {
        gate.open();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "\r\n \t", "\ufeff \n"})
    void keepAlive_isPassedOnAsItComesAndTheAnswerIsStored(String white) throws IOException {
        byte[] first = white.getBytes(StandardCharsets.UTF_8);
        stage.upstream().answer(request -> keptAlive(white, embeddings(request, "m")));

        HttpResponse<InputStream> response = stage.caller().open(Embeddings.PATH, Embeddings.of("a"));
        try (InputStream read = response.body()) {
            assertArrayEquals(first, read.readNBytes(first.length));
            gate.open();
            assertEquals(1, Answer.parse(read.readAllBytes()).path("data").size());
        }

        assertFalse(response.headers().firstValue("cache-status").orElseThrow().contains("stored"));
        assertEquals("exact", ask("a").header("x-reprise-outcome"));
    }

    @Test
    void keepAliveOfMoreThanOnePart_isPassedOnWhole() throws IOException {
        stage.upstream().answer(request -> Reply.of(RawBody.json(200, " \n " + embeddings(request, "m")))
                .fragmented(1)
                .stalling(3, gate));

        try (InputStream read =
                stage.caller().open(Embeddings.PATH, Embeddings.of("a")).body()) {
            assertEquals(" \n ", new String(read.readNBytes(3), StandardCharsets.UTF_8));
            gate.open();
            assertEquals('{', read.read());
        }
    }

    @Test
    void keepAliveBeforeAPart_isPassedOnBeforeTheWhole() throws IOException {
        ask("a");
        stage.upstream().answer(request -> keptAlive("\n", embeddings(request, Embeddings.MODEL)));

        JsonNode whole = afterWhite("a", "b");

        assertEquals(2, whole.path("data").size());
        assertEquals(List.of("[\"a\"]", "[\"b\"]"), Embeddings.asked(stage));
        assertEquals("exact", ask("a", "b").header("x-reprise-outcome"));
    }

    @Test
    void keepAliveBeforeAPartThatCannotBeUsed_isFollowedByTheAnswerToACallForAll() throws IOException {
        ask("a");
        stage.upstream().answer(request -> keptAlive("\n", embeddings(request, "another-model-behind-the-name")));

        JsonNode whole = afterWhite("a", "b");

        assertEquals(2, whole.path("data").size());
        assertEquals(List.of("[\"a\"]", "[\"b\"]", "[\"a\",\"b\"]"), Embeddings.asked(stage));
        assertEquals("exact", ask("a", "b").header("x-reprise-outcome"));
    }

    @Test
    void errorAfterTheAnswerWasBegun_breaksItOff() throws IOException {
        ask("a");
        stage.upstream()
                .answer(request -> input(request).equals("[\"b\"]")
                        ? keptAlive("\n", "{}")
                        : Reply.of(RawBody.json(500, "{\"error\":{\"message\":\"no\"}}")));

        assertThrows(IOException.class, () -> afterWhite("a", "b"));
    }

    @Test
    void upstreamThatBreaksOffAfterKeepingAlive_breaksTheAnswerOff() {
        stage.upstream().answer(request -> keptAlive("\n", embeddings(request, "m") + " ".repeat(5000))
                .breakingOff(2));

        assertThrows(IOException.class, () -> afterWhite("a"));
    }

    /** The answer to a call, whose first byte comes before upstream has sent any of it. */
    private JsonNode afterWhite(String... texts) throws IOException {
        try (InputStream read =
                stage.caller().open(Embeddings.PATH, Embeddings.of(texts)).body()) {
            assertEquals('\n', read.read());
            gate.open();
            return Answer.parse(read.readAllBytes());
        }
    }

    private Reply keptAlive(String white, String answer) {
        return Reply.of(RawBody.json(200, white + answer))
                .fragmented(white.getBytes(StandardCharsets.UTF_8).length)
                .stalling(1, gate);
    }

    private static Answer ask(String... texts) {
        return stage.caller().post(Embeddings.PATH, Embeddings.of(texts));
    }

    private static String input(ReceivedRequest request) {
        return request.json().orElseThrow().path("input").toString();
    }

    private static String embeddings(ReceivedRequest request, String model) {
        var answer = Chats.object().put("object", "list").put("model", model);
        request.json().orElseThrow().path("input").forEach(input -> {
            var data = answer.withArray("data");
            data.addObject()
                    .put("object", "embedding")
                    .put("index", data.size() - 1)
                    .putArray("embedding")
                    .add(0.5)
                    .add(0.25)
                    .add(0.125);
        });
        answer.putObject("usage").put("prompt_tokens", 5).put("total_tokens", 5);
        return answer.toString();
    }
}
