package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Choice;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.SdkResult;
import io.reprise.server.testupstream.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that call tools are replayed whole and streamed, for equal requests alone. */
class ToolCallsTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage lenient = Stage.with("cache.semantic_tool_calls=true");

    private static final ToolCall WEATHER =
            new ToolCall("call_1", "get_weather", "{\"city\":\"Zürich\",\"note\":\"a \\\"quote\\\"\",\"days\":3}");
    private static final ToolCall TIME = new ToolCall("call_2", "get_time", "{\"zone\":\"CET\"}");

    static List<ChatAnswer> answers() {
        return List.of(
                ChatAnswer.of(Choice.toolCalls(WEATHER)),
                ChatAnswer.of(Choice.toolCalls(WEATHER, TIME)),
                ChatAnswer.of(Choice.toolCalls(new ToolCall("call_3", "now", ""))));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void wholeMissAndHit_areWhatUpstreamSays(ChatAnswer answer) {
        stage.upstream().answer(Reply.of(answer));
        SdkResult direct = stage.directSdk().complete(asking(Chats.QUESTION));

        assertEquals(direct.tree(), stage.sdk().complete(asking(Chats.QUESTION)).tree());
        assertEquals(direct.tree(), stage.sdk().complete(asking(Chats.QUESTION)).tree());
        assertEquals(2, stage.upstreamCalls());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void streamedMissAndHit_areWhatUpstreamSays(ChatAnswer answer) {
        stage.upstream().answer(Reply.of(answer));
        SdkResult direct = stage.directSdk().stream(asking(Chats.QUESTION));

        assertEquals(direct.tree(), stage.sdk().stream(asking(Chats.QUESTION)).tree());
        assertEquals(direct.tree(), stage.sdk().stream(asking(Chats.QUESTION)).tree());
        assertEquals(2, stage.upstreamCalls());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void argumentsStoredFromAStream_areReplayedWhole(ChatAnswer answer) {
        stage.upstream().answer(Reply.of(answer));
        SdkResult direct = stage.directSdk().complete(asking(Chats.QUESTION));

        stage.sdk().stream(asking(Chats.QUESTION));

        assertEquals(direct.tree(), stage.sdk().complete(asking(Chats.QUESTION)).tree());
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void paraphrase_isAnsweredWithAToolCall_whereTheOperatorWantsIt() {
        lenient.upstream().answer(Reply.of(ChatAnswer.of(Choice.toolCalls(WEATHER))));
        lenient.sdk().complete(asking(Chats.QUESTION));

        SdkResult paraphrase = lenient.sdk().complete(asking(Chats.PARAPHRASE));

        assertEquals("semantic", paraphrase.header("x-reprise-outcome").orElse(""));
    }

    @Test
    void paraphrase_isNeverAnsweredWithAToolCall() {
        stage.upstream().answer(Reply.of(ChatAnswer.of(Choice.toolCalls(WEATHER))));
        stage.sdk().complete(asking(Chats.QUESTION));

        SdkResult paraphrase = stage.sdk().complete(asking(Chats.PARAPHRASE));

        assertEquals("miss", paraphrase.header("x-reprise-outcome").orElseThrow());
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void textUnderTheSameTools_isAnsweredByAParaphrase() {
        stage.upstream().answer(Reply.text("No tool needed."));
        stage.sdk().complete(asking(Chats.QUESTION));

        SdkResult paraphrase = stage.sdk().complete(asking(Chats.PARAPHRASE));

        assertEquals("semantic", paraphrase.header("x-reprise-outcome").orElseThrow());
    }

    @Test
    void otherTools_preventAHit() {
        stage.sdk().complete(asking(Chats.QUESTION));

        SdkResult without = stage.sdk().complete(Chats.params(Chats.QUESTION).build());

        assertEquals("miss", without.header("x-reprise-outcome").orElseThrow());
    }

    private static ChatCompletionCreateParams asking(String question) {
        return Chats.params(question)
                .addTool(ChatCompletionFunctionTool.builder()
                        .function(FunctionDefinition.builder()
                                .name("get_weather")
                                .parameters(FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                        .build())
                                .build())
                        .build())
                .build();
    }
}
