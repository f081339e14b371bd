package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OpenAI's older completions are cached like chats. */
class CompletionsDropInTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final String PATH = "/v1/completions";

    @Test
    void missThenHits_byTextAndByMeaning() {
        Answer miss = ask(asking(Chats.QUESTION));
        Answer exact = ask(asking(Chats.QUESTION));
        Answer semantic = ask(asking(Chats.PARAPHRASE));

        assertEquals("miss", miss.header("x-reprise-outcome"));
        assertEquals("exact", exact.header("x-reprise-outcome"));
        assertEquals("semantic", semantic.header("x-reprise-outcome"));
        assertArrayEquals(miss.body(), exact.body());
        assertArrayEquals(miss.body(), semantic.body());
    }

    @Test
    void answerOfAStream_isReplayedWholeAndStreamed() {
        ObjectNode streaming = asking(Chats.QUESTION).put("stream", true);
        Answer streamed = ask(streaming);
        Answer whole = ask(asking(Chats.QUESTION));
        Answer again = ask(streaming);

        assertEquals("exact", whole.header("x-reprise-outcome"));
        assertEquals("exact", again.header("x-reprise-outcome"));
        assertTrue(again.text().endsWith("data: [DONE]\n\n"), again.text());
        assertFalse(streamed.text().contains("\"usage\":{"), "usage that was not asked for");
        assertFalse(again.text().contains("\"usage\""), "usage that was not asked for");
        assertTrue(whole.json().at("/usage/total_tokens").asInt() > 0, whole.toString());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void streamWithUsage_hasItOnAHit() {
        ObjectNode streaming = asking(Chats.QUESTION).put("stream", true);
        streaming.putObject("stream_options").put("include_usage", true);
        ask(asking(Chats.QUESTION));

        assertTrue(ask(streaming).text().contains("\"total_tokens\""));
    }

    @Test
    void promptsThatAreNotOneText_passWithTheReason() {
        ObjectNode several = asking("");
        several.putArray("prompt").add("a").add("b");
        ObjectNode tokens = asking("");
        tokens.putArray("prompt").add(1).add(2);
        for (ObjectNode body : List.of(several, tokens)) {
            assertBypass(body, "prompt");
        }
        assertBypass(asking("a").put("best_of", 2), "n");
    }

    /** The answer begins with the prompt as it was typed. */
    @Test
    void echo_isForTheSamePromptAlone() {
        ask(asking(Chats.QUESTION).put("echo", true));
        assertEquals("exact", ask(asking(Chats.QUESTION).put("echo", true)).header("x-reprise-outcome"));
        Answer other = ask(asking(Chats.PARAPHRASE).put("echo", true));
        assertEquals("miss", other.header("x-reprise-outcome"));
        assertTrue(other.header("cache-status").contains("uncacheable:echo"), other.toString());
    }

    @Test
    void otherSuffix_preventsAHit() {
        ask(asking(Chats.QUESTION).put("suffix", "a"));
        assertEquals("miss", ask(asking(Chats.QUESTION).put("suffix", "b")).header("x-reprise-outcome"));
    }

    private static void assertBypass(ObjectNode body, String why) {
        Answer answer = ask(body);
        assertEquals(200, answer.status(), answer.toString());
        assertEquals("bypass", answer.header("x-reprise-outcome"));
        assertTrue(answer.header("cache-status").contains("detail=\"" + why + "\""), answer.toString());
    }

    private static Answer ask(ObjectNode body) {
        return stage.caller().post(PATH, body);
    }

    private static ObjectNode asking(String prompt) {
        return Chats.object()
                .put("model", "gpt-3.5-turbo-instruct")
                .put("max_tokens", 400)
                .put("prompt", prompt);
    }
}
