package io.reprise.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths mean the same. */
class ClientPathsTest {
    @ParameterizedTest
    @CsvSource({
        "/chat/completions, /v1/chat/completions",
        "/completions, /v1/completions",
        "/responses, /v1/responses",
        "/responses/r_1/input_items, /v1/responses/r_1/input_items",
        "/embeddings, /v1/embeddings",
        "/messages, /v1/messages",
        "/messages/count_tokens, /v1/messages/count_tokens",
        "/models, /v1/models",
        "/openai/v1/chat/completions, /v1/chat/completions",
        "/openai/v1/models/m, /v1/models/m"
    })
    void otherForm_isTheUsualOne(String path, String usual) {
        assertEquals(usual, ClientPaths.usual(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/",
                "/health/live",
                "/metrics",
                "/chats",
                "/openai/deployments/d/chat/completions",
                "/openai/v1",
                "/openai/v1/cache/entries",
                "/openai/v1/savings",
                "/openai/v1/cache",
                "/v2/chat/completions",
                "*"
            })
    void otherPath_isLeftAlone(String path) {
        assertNull(ClientPaths.usual(path));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, /v1/chat/completions",
        "/openai/deployments/d/chat/completions, /v1/chat/completions",
        "/openai/deployments/d/audio/speech, /v1/audio/speech",
        "/openai/deployments, /v1/deployments",
        "/openai/deployments/d, /v1/deployments/d",
        "/openai/files/f, /v1/files/f",
        "/openai/v1/cache/entries, /v1/v1/cache/entries",
        "/openais/files, /openais/files"
    })
    void pathOfAzures_isOfTheRouteBehindItsDeployment(String path, String route) {
        assertEquals(route, ClientPaths.route(path));
    }
}
