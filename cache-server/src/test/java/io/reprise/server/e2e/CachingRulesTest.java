package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Choice;
import io.reprise.server.testupstream.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator does not want cached passes with the reason, and a cut answer is kept where that is wanted. */
class CachingRulesTest {
    @RegisterExtension
    static final Stage stage =
            Stage.with("cache.max_temperature=0.5", "cache.side_effect_tools=send_*,pay", "cache.store_truncated=true");

    @Test
    void temperatureAboveTheCeiling_passes() {
        assertBypass(cool(Chats.QUESTION).put("temperature", 0.7), "temperature");
        assertBypass(Chats.asking(Chats.QUESTION), "temperature");
        assertEquals("miss", ask(cool(Chats.QUESTION)).header("x-reprise-outcome"));
        assertEquals("exact", ask(cool(Chats.QUESTION)).header("x-reprise-outcome"));
    }

    @Test
    void toolThatActs_passes() {
        assertBypass(offering("send_mail"), "side-effects");
        ask(offering("look_up"));
        assertEquals("exact", ask(offering("look_up")).header("x-reprise-outcome"));
    }

    @Test
    void cutAnswer_isKept() {
        stage.upstream().answer(Reply.of(ChatAnswer.of(Choice.text("Once upon").finishing("length"))));
        ask(cool(Chats.QUESTION).put("stream", true));

        Answer hit = ask(cool(Chats.QUESTION));

        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals("length", hit.json().at("/choices/0/finish_reason").asText());
    }

    @Test
    void nativeLookup_tellsTheReason() {
        ObjectNode lookup = Chats.object();
        lookup.set("request", offering("pay"));
        assertEquals(
                "uncacheable:side-effects",
                stage.caller()
                        .post("/v1/cache/lookup", lookup)
                        .json()
                        .path("reason")
                        .asText());
    }

    private static void assertBypass(ObjectNode body, String why) {
        Answer answer = ask(body);
        assertEquals("bypass", answer.header("x-reprise-outcome"));
        assertTrue(answer.header("cache-status").contains("detail=\"" + why + "\""), answer.toString());
    }

    private static Answer ask(ObjectNode body) {
        return stage.caller().post(Chats.PATH, body);
    }

    private static ObjectNode cool(String question) {
        return Chats.asking(question).put("temperature", 0.2);
    }

    private static ObjectNode offering(String tool) {
        ObjectNode body = cool(Chats.QUESTION);
        body.putArray("tools")
                .addObject()
                .put("type", "function")
                .putObject("function")
                .put("name", tool);
        return body;
    }
}
