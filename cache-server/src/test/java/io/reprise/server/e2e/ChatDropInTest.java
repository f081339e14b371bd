package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Choice;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.SdkResult;
import io.reprise.server.testupstream.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The official SDK cannot tell the server from upstream, on a miss and on a hit, whole and streamed. */
class ChatDropInTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    static List<Named<Reply>> replies() {
        return List.of(
                Named.of("text", Reply.text("By e-mail, 世界 🌍 — \"quoted\"\nand a second line.")),
                Named.of("stated usage", Reply.of(ChatAnswer.text("ok").withUsage(new TokenUsage(2000, 1024, 90, 64)))),
                Named.of("no usage", Reply.of(ChatAnswer.text("ok").withoutUsage())),
                Named.of("reasoning", Reply.of(ChatAnswer.of(Choice.text("42").withReasoning("Six by nine.")))),
                Named.of(
                        "unknown fields",
                        Reply.of(ChatAnswer.of(Choice.text("ok").withExtra("mood", "calm"))
                                .withExtra("x_trace", "t1"))),
                Named.of(
                        "comments and CR LF",
                        Reply.of(ChatAnswer.text("ok then").withComments().withCrLf())),
                Named.of("cut anywhere", Reply.text("Grüße, 世界 🌍").fragmented(3)),
                Named.of("chunked", Reply.text("Hi there").chunked()),
                Named.of("closing", Reply.text("Hi there").closing()));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void wholeMissAndHit_areWhatUpstreamSays(Reply reply) {
        stage.upstream().answer(reply);
        JsonNode direct = stage.directSdk().complete(asking()).tree();

        assertEquals(direct, outcome("miss", stage.sdk().complete(asking())));
        assertEquals(direct, outcome("exact", stage.sdk().complete(asking())));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void streamedMissAndHit_areWhatUpstreamSays(Reply reply) {
        stage.upstream().answer(reply);
        JsonNode direct = stage.directSdk().stream(asking()).tree();

        assertEquals(direct, outcome("miss", stage.sdk().stream(asking())));
        assertEquals(direct, outcome("exact", stage.sdk().stream(asking())));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void streamWithUsage_isWhatUpstreamSays(Reply reply) {
        stage.upstream().answer(reply);
        JsonNode direct = stage.directSdk().stream(askingForUsage()).tree();

        assertEquals(direct, outcome("miss", stage.sdk().stream(askingForUsage())));
        assertEquals(direct, outcome("exact", stage.sdk().stream(askingForUsage())));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void answerStoredWhole_isReplayedAsTheStreamThatItWouldHaveBeen(Reply reply) {
        stage.upstream().answer(reply);
        JsonNode direct = stage.directSdk().stream(asking()).tree();

        stage.sdk().complete(asking());

        assertEquals(direct, outcome("exact", stage.sdk().stream(asking())));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void answerStoredFromAStream_isReplayedAsTheWholeThatItWouldHaveBeen(Reply reply) {
        stage.upstream().answer(reply);
        JsonNode direct = stage.directSdk().complete(asking()).tree();

        stage.sdk().stream(asking());

        assertEquals(direct, outcome("exact", stage.sdk().complete(asking())));
    }

    @Test
    void logprobs_areReplayedInBothForms() {
        ChatCompletionCreateParams params =
                Chats.params(Chats.QUESTION).logprobs(true).topLogprobs(2).build();
        JsonNode whole = stage.directSdk().complete(params).tree();
        JsonNode streamed = stage.directSdk().stream(params).tree();

        assertEquals(whole, outcome("miss", stage.sdk().complete(params)));
        assertEquals(streamed, outcome("exact", stage.sdk().stream(params)));
    }

    @Test
    void sdksOwnAccumulator_putsAReplayedStreamTogether() {
        SdkResult whole = stage.sdk().complete(asking());

        SdkResult replayed = stage.sdk().stream(askingForUsage());

        assertEquals(
                whole.sdkCompletion()
                        .orElseThrow()
                        .choices()
                        .getFirst()
                        .message()
                        .content(),
                replayed.sdkCompletion()
                        .orElseThrow()
                        .choices()
                        .getFirst()
                        .message()
                        .content());
        assertEquals(
                whole.sdkCompletion().orElseThrow().usage().orElseThrow().completionTokens(),
                replayed.sdkCompletion().orElseThrow().usage().orElseThrow().completionTokens());
    }

    @Test
    void missOfTheWhole_passesTheVeryBytes() {
        byte[] odd = ("{ \"choices\" : [ {\"message\":{\"content\":\"a\\u0062c\",\"role\":\"assistant\"},"
                        + " \"finish_reason\":\"stop\",\"index\":0} ],\n \"id\":\"1\", \"x\": 1.50 }\n")
                .getBytes(StandardCharsets.UTF_8);
        stage.upstream().answer(Reply.of(new RawBody(200, "application/json", odd)));

        assertArrayEquals(
                odd,
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).body());
        assertArrayEquals(
                odd,
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).body());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void missOfAStreamWithUsage_passesTheVeryBytes() {
        String odd = """
                : hello

                event: message
                data:{"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]}
                id: 7

                data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

                data: {"id":"1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}

                data: [DONE]

                """;
        stage.upstream().answer(Reply.of(RawBody.events(odd)));

        Answer miss = stage.caller().post(Chats.PATH, Chats.streamingWithUsage(Chats.QUESTION));

        assertEquals(odd, miss.text());
        assertEquals("miss", miss.header("x-reprise-outcome"));
    }

    @Test
    void requestBytes_reachUpstreamAsTheyCame() {
        String odd =
                " {\"messages\" : [{\"content\":\"Is \\u0061 = 1.50?\", \"role\":\"user\"}],\n\"model\":\"gpt-4o-mini\","
                        + " \"temperature\": 0.70, \"x-unknown\":[1e2]}\t";

        stage.caller().post(Chats.PATH, odd);

        assertEquals(
                odd, new String(stage.upstream().log().requests().getFirst().body(), StandardCharsets.UTF_8));
    }

    @Test
    void missHeaders_areUpstreamsOwn() {
        Answer direct = stage.directCaller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        Answer miss = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        direct.headers().forEach((name, values) -> {
            assertTrue(miss.has(name), name);
            if (!List.of(
                            "x-request-id",
                            "openai-request-id",
                            "set-cookie",
                            "openai-processing-ms",
                            "date",
                            "cf-ray",
                            "content-length")
                    .contains(name)) {
                assertEquals(values, miss.headerValues(name), name);
            }
        });
    }

    @Test
    void fieldOutsideTheAnswer_doesNotPreventAHit() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        ObjectNode again =
                Chats.streaming("  " + Chats.QUESTION + "\n").put("user", "u-1").put("prompt_cache_key", "k");
        again.putObject("metadata").put("a", "b");

        assertEquals("exact", stage.caller().post(Chats.PATH, again).header("x-reprise-outcome"));
    }

    @Test
    void everyOtherField_preventsAHit() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        for (ObjectNode other : List.of(
                Chats.asking(Chats.QUESTION).put("temperature", 0.5),
                Chats.asking(Chats.QUESTION).put("max_tokens", 500),
                Chats.asking(Chats.QUESTION).put("seed", 1),
                Chats.asking(Chats.QUESTION).put("not_known_yet", true),
                Chats.asking(Chats.QUESTION).put("model", "gpt-4o"))) {
            assertEquals("miss", stage.caller().post(Chats.PATH, other).header("x-reprise-outcome"), other.toString());
        }
    }

    @Test
    void systemPromptAndEarlierTurns_preventAHit() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        ObjectNode systemFirst = Chats.object().put("model", Chats.MODEL);
        systemFirst.putArray("messages").addObject().put("role", "system").put("content", "Be terse.");
        systemFirst.withArray("messages").addObject().put("role", "user").put("content", Chats.QUESTION);
        ObjectNode laterTurn = Chats.asking("Hello");
        laterTurn.withArray("messages").addObject().put("role", "assistant").put("content", "Hi");
        laterTurn.withArray("messages").addObject().put("role", "user").put("content", Chats.QUESTION);

        assertEquals("miss", stage.caller().post(Chats.PATH, systemFirst).header("x-reprise-outcome"));
        assertEquals("miss", stage.caller().post(Chats.PATH, laterTurn).header("x-reprise-outcome"));
    }

    @Test
    void organisationAndProjectHeaders_separateAnswers() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        Answer other = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "openai-project", "p-2");

        assertEquals("miss", other.header("x-reprise-outcome"));
    }

    @Test
    void hitOfAStream_saysThatItIsOne() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        Answer hit = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertTrue(hit.header("content-type").startsWith("text/event-stream"));
        assertTrue(hit.text().endsWith("data: [DONE]\n\n"));
        assertFalse(hit.text().contains("usage"));
    }

    private static JsonNode outcome(String expected, SdkResult result) {
        assertEquals(expected, result.header("x-reprise-outcome").orElse("none: " + result.tree()));
        return result.tree();
    }

    private static ChatCompletionCreateParams asking() {
        return Chats.params(Chats.QUESTION).build();
    }

    private static ChatCompletionCreateParams askingForUsage() {
        return Chats.params(Chats.QUESTION)
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
    }
}
