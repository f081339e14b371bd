package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.SdkResult;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An answer that was handed in in one wire's form serves the other where it can be told there, and else upstream is asked. */
class AnswerFormsTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final String CLAUDE = "claude-sonnet-4-5";

    @Test
    void anthropicText_isToldOnTheChatWire() {
        ObjectNode entry = Chats.object().put("prompt", Chats.QUESTION).put("model", Chats.MODEL);
        entry.set("completion", NativeLookupTest.message("By e-mail."));
        assertEquals(201, stage.caller().post("/v1/cache/entries", entry).status());

        SdkResult whole = stage.sdk().complete(Chats.params(Chats.QUESTION).build());
        SdkResult streamed = stage.sdk().stream(Chats.params(Chats.QUESTION).build());

        for (SdkResult hit : new SdkResult[] {whole, streamed}) {
            assertEquals("exact", hit.header("x-reprise-outcome").orElseThrow());
            assertEquals(
                    "By e-mail.",
                    hit.sdkCompletion()
                            .orElseThrow()
                            .choices()
                            .getFirst()
                            .message()
                            .content()
                            .orElseThrow());
        }
    }

    @Test
    void chatText_isToldOnTheMessagesWire() {
        ObjectNode entry = Chats.object();
        entry.set("request", messagesRequest(Chats.QUESTION));
        entry.set("completion", chat("{\"role\":\"assistant\",\"content\":\"By e-mail.\"}", "stop"));
        assertEquals(201, stage.caller().post("/v1/cache/entries", entry).status());

        Answer whole = stage.caller().post("/v1/messages", messagesRequest(Chats.QUESTION));
        Answer streamed = stage.caller()
                .post("/v1/messages", messagesRequest(Chats.QUESTION).put("stream", true));

        assertEquals("exact", whole.header("x-reprise-outcome"));
        assertEquals("By e-mail.", whole.json().at("/content/0/text").asText());
        assertEquals("exact", streamed.header("x-reprise-outcome"));
        assertTrue(streamed.text().contains("\"text\":\"By e-mail.\""), streamed.text());
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void anthropicToolCall_isNoFailureOnTheChatWire() {
        ObjectNode message = NativeLookupTest.message("Let me see.").put("stop_reason", "tool_use");
        message.withArray("content")
                .addObject()
                .put("type", "tool_use")
                .put("id", "t")
                .put("name", "f")
                .putObject("input");
        ObjectNode entry = Chats.object().put("prompt", Chats.QUESTION).put("model", Chats.MODEL);
        entry.set("completion", message);
        assertEquals(201, stage.caller().post("/v1/cache/entries", entry).status());

        for (ObjectNode asked : new ObjectNode[] {Chats.asking(Chats.QUESTION), Chats.streaming(Chats.QUESTION)}) {
            Answer answer = stage.caller().post(Chats.PATH, asked, "cache-control", "no-store");
            assertEquals(200, answer.status(), answer.toString());
        }
    }

    @Test
    void chatToolCallThatTheMessagesWireCannotTell_asksUpstream() {
        stage.upstream()
                .answer(Reply.of(
                        RawBody.json(200, NativeLookupTest.message("Fresh.").toString())));
        ObjectNode entry = Chats.object();
        entry.set("request", messagesRequest(Chats.QUESTION));
        entry.set("completion", chat("""
                        {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",
                         "function":{"name":"f","arguments":"{not json"}}]}""", "tool_calls"));
        assertEquals(201, stage.caller().post("/v1/cache/entries", entry).status());

        Answer answer = stage.caller().post("/v1/messages", messagesRequest(Chats.QUESTION));

        assertEquals(200, answer.status(), answer.toString());
    }

    private static ObjectNode messagesRequest(String question) {
        return Chats.asking(question).put("model", CLAUDE).put("max_tokens", 100);
    }

    private static ObjectNode chat(String message, String finish) {
        return (ObjectNode) Answer.parse(
                ("{\"id\":\"c-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,"
                                + "\"message\":" + message + ",\"finish_reason\":\"" + finish + "\"}]}")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
