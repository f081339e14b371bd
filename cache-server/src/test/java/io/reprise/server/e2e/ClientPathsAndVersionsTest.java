package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ReceivedRequest;
import io.reprise.server.testupstream.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's base URL may have a version or none, or be Azure's; so may an upstream's. */
class ClientPathsAndVersionsTest {
    private static final String AZURE = "/openai/deployments/mine/chat/completions?api-version=2024-10-21";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage versioned =
            Stage.with("upstream.openai.url={upstream}/v1beta/openai", "upstream.anthropic.url={upstream}/v1");

    @ParameterizedTest
    @CsvSource({
        "/chat/completions, /v1/chat/completions",
        "/openai/v1/chat/completions, /v1/chat/completions",
        "/messages, /v1/messages"
    })
    void callUnderAnotherPath_sharesTheAnswerOfTheUsualOne(String path, String usual) {
        ObjectNode body = Chats.asking(Chats.QUESTION).put("max_tokens", 100);

        Answer miss = stage.caller().post(path, body);
        Answer hit = stage.caller().post(usual, body);

        assertEquals(200, miss.status(), miss.toString());
        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals(usual, only(stage).uri());
    }

    @Test
    void otherRoutes_areForwardedUnderTheUsualPath() {
        assertEquals(200, stage.caller().get("/models?limit=1").status());
        assertEquals("/v1/models?limit=1", only(stage).uri());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, /v1beta/openai/chat/completions",
        "/chat/completions, /v1beta/openai/chat/completions",
        "/openai/v1/chat/completions?a=b, /v1beta/openai/chat/completions?a=b",
        "/v1/messages, /v1/messages",
        "/v1/audio/speech, /v1beta/openai/audio/speech"
    })
    void versionOfAnUpstream_takesThePlaceOfTheRequests(String path, String target) {
        versioned.upstream().answer(Reply.text("ok"));

        versioned.caller().post(path, Chats.asking(Chats.QUESTION).put("max_tokens", 100));

        assertEquals(target, only(versioned).uri());
    }

    @Test
    void azuresPath_isForwardedAsItCameAndCachedByItsDeployment() {
        stage.upstream().answer(Reply.text("ok"));
        ObjectNode body = Chats.asking(Chats.QUESTION);
        body.remove("model");
        WireCaller azure = stage.anonymous().with("api-key", stage.key());

        Answer miss = azure.post(AZURE, body);
        Answer hit = azure.post(AZURE, body);
        Answer other = azure.post(AZURE.replace("mine", "yours"), body);
        Answer version = azure.post(AZURE.replace("2024", "2025"), body);

        assertEquals("miss", miss.header("x-reprise-outcome"));
        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals("miss", other.header("x-reprise-outcome"));
        assertEquals("miss", version.header("x-reprise-outcome"));
        ReceivedRequest first = stage.upstream().log().requests().getFirst();
        assertEquals(AZURE, first.uri());
        assertEquals(List.of(stage.key()), first.headerValues("api-key"));
        assertFalse(first.json().orElseThrow().has("model"));
    }

    @Test
    void deployment_isPartOfTheScopeBesideAModel() {
        stage.upstream().answer(Reply.text("ok"));

        stage.caller().post(AZURE, Chats.asking(Chats.QUESTION));
        Answer other = stage.caller().post(AZURE.replace("mine", "yours"), Chats.asking(Chats.QUESTION));

        assertEquals("miss", other.header("x-reprise-outcome"));
    }

    @Test
    void deployment_isTheModelWhereTheBodyNamesNone() {
        stage.upstream().answer(Reply.text("ok"));
        ObjectNode body = Chats.asking(Chats.QUESTION);
        body.remove("model");

        stage.caller().post(AZURE, body);

        assertEquals(
                "mine",
                stage.caller()
                        .get("/v1/cache/entries")
                        .json()
                        .at("/entries/0/model")
                        .asText());
    }

    /** What upstream makes of it is upstream's. */
    @ParameterizedTest
    @ValueSource(strings = {"/chat/completions?a=%zz", "/openai/v1/models?%", "/models?a=%C3%28", "/v1/models?%zz=1"})
    void queryThatIsNotEncoded_goesOnAsItCame(String path) {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("POST " + path + " HTTP/1.1", "host: localhost", "content-length: 2");
            connection.body("{}");
            connection.answer();
        }

        assertTrue(
                only(stage).uri().endsWith(path.substring(path.indexOf('?'))),
                only(stage).uri());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/cache/entries?limit=%zz", "/v1/savings?%=1", "/v1/cache/export?principal=%"})
    void queryOfOurRoutesThatIsNotEncoded_isABadRequest(String path) {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("GET " + path + " HTTP/1.1", "host: localhost");

            assertEquals(400, connection.answer().status());
        }
    }

    private static ReceivedRequest only(Stage where) {
        List<ReceivedRequest> requests = where.upstream().log().requests();
        assertEquals(1, requests.size());
        return requests.getFirst();
    }
}
