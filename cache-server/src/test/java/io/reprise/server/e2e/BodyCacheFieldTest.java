package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.Scenario;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The body's {@code cache} field, which SDKs can send where they cannot send headers, means what the headers mean. */
class BodyCacheFieldTest {
    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock);

    @BeforeEach
    void answerEachCallDifferently() {
        stage.upstream().answer(Scenario.inTurn(Reply.text("first"), Reply.text("second"), Reply.text("third")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"namespace\":\"a\"}",
                "{\"ttl\":60}",
                "{\"s-maxage\":60}",
                "{\"no-cache\":true}",
                "{\"no-store\":false}"
            })
    void field_neverReachesUpstream(String cache) {
        ask(cache);

        JsonNode forwarded = stage.upstream().log().requests().getFirst().json().orElseThrow();
        assertEquals(Chats.asking(Chats.QUESTION), forwarded);
    }

    @Test
    void fieldOfAStream_neverReachesUpstream() {
        ObjectNode body = Chats.streaming(Chats.QUESTION);
        body.putObject("cache").put("ttl", 60);

        stage.caller().post(Chats.PATH, body);

        JsonNode forwarded = stage.upstream().log().requests().getFirst().json().orElseThrow();
        assertFalse(forwarded.has("cache"));
        assertTrue(forwarded.at("/stream_options/include_usage").asBoolean());
    }

    @Test
    void namespace_separatesAnswers() {
        ask("{\"namespace\":\"a\"}");

        assertEquals("second", said(ask("{\"namespace\":\"b\"}")));
        assertEquals("first", said(ask("{\"namespace\":\"a\"}")));
        assertEquals("first", said(stage.caller().post(Chats.PATH, body(""), "x-reprise-namespace", "a")));
    }

    @Test
    void ttl_endsTheAnswersLife() {
        ask("{\"ttl\":60}");
        later(Duration.ofSeconds(60));

        assertEquals("second", said(ask("")));
    }

    @Test
    void sMaxage_refusesOlderAnswers() {
        ask("");
        later(Duration.ofSeconds(100));

        assertEquals("first", said(ask("{\"s-maxage\":100}")));
        assertEquals("second", said(ask("{\"s-maxage\":99}")));
    }

    @Test
    void noCache_asksUpstreamAndStores() {
        ask("");

        assertEquals("second", said(ask("{\"no-cache\":true}")));
        assertEquals("second", said(ask("")));
    }

    @Test
    void noStore_doesNotStore() {
        ask("{\"no-store\":true}");

        assertEquals("second", said(ask("")));
    }

    @Test
    void header_winsOverTheField() {
        ask("");

        Answer answer =
                stage.caller().post(Chats.PATH, body("{\"namespace\":\"b\"}"), "x-reprise-namespace", "default");

        assertEquals("first", said(answer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"namespace\":7}",
                "{\"namespace\":\"not allowed\"}",
                "{\"ttl\":\"soon\"}",
                "{\"ttl\":-1}",
                "{\"ttl\":1.5}",
                "{\"s-maxage\":[]}",
                "{\"no-cache\":\"yes\"}",
                "{\"no-store\":1}"
            })
    void badValue_isRefusedInTheWiresShape(String cache) {
        Answer refused = ask(cache);

        assertEquals(400, refused.status());
        assertTrue(refused.json().at("/error/param").asText().startsWith("cache."), refused.toString());
        assertEquals("invalid_request_error", refused.json().at("/error/type").asText());
        assertEquals(0, stage.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "true", "null", "\"ephemeral\"", "{\"type\":\"ephemeral\"}", "{\"ttl\":60,\"type\":\"x\"}"
            })
    void fieldOfAnotherForm_isUpstreamsOwn(String cache) {
        ask(cache);

        JsonNode forwarded = stage.upstream().log().requests().getFirst().json().orElseThrow();
        assertEquals(Answer.parse(body(cache).getBytes(StandardCharsets.UTF_8)), forwarded);
    }

    /** Moves the clock once what was asked is stored, which a call does not wait for and the next one does. */
    private static void later(Duration by) {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "cache-control", "only-if-cached");
        clock.advance(by);
    }

    private static Answer ask(String cache) {
        return stage.caller().post(Chats.PATH, body(cache));
    }

    private static String body(String cache) {
        String body = Chats.asking(Chats.QUESTION).toString();
        return cache.isEmpty() ? body : body.substring(0, body.length() - 1) + ",\"cache\":" + cache + "}";
    }

    private static String said(Answer answer) {
        return answer.json().at("/choices/0/message/content").asText();
    }
}
