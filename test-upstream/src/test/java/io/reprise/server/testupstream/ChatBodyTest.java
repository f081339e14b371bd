package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chat completions as one JSON object. */
class ChatBodyTest extends OverTheWire {

    @Test
    void samePrompt_getsSameAnswer() throws IOException {
        assertEquals(contentFor("What is HNSW?"), contentFor("What is HNSW?"));
    }

    @Test
    void promptsThatDifferInOneWord_getDifferentAnswers() throws IOException {
        assertNotEquals(contentFor("How do I enable X?"), contentFor("How do I disable X?"));
    }

    @Test
    void promptsThatDifferInAnImage_getDifferentAnswers() throws IOException {
        assertNotEquals(contentFor(withImage("https://x/1.png")), contentFor(withImage("https://x/2.png")));
    }

    @Test
    void halfASurrogatePairInThePrompt_isAnswered() throws IOException {
        String body = ChatRequests.asking("x").toString().replace("\"x\"", "\"\\ud83d\"");

        assertEquals(200, client.post(ChatRequests.PATH, body).statusCode());
    }

    @Test
    void everyAnswer_hasAnIdOfItsOwn() throws IOException {
        assertNotEquals(
                completion(ChatRequests.asking("a")).path("id"),
                completion(ChatRequests.asking("a")).path("id"));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o,gpt-4o-2024-08-06",
        "gpt-4o-2024-05-13,gpt-4o-2024-05-13",
        "gpt-4-0613,gpt-4-0613",
        "my-model,my-model-2025-04-14"
    })
    void undatedModel_isAnsweredWithItsDate(String asked, String answered) throws IOException {
        assertEquals(
                answered,
                completion(ChatRequests.asking("a").put("model", asked))
                        .path("model")
                        .asText());
    }

    @Test
    void usage_countsPromptAndAnswer() throws IOException {
        JsonNode usage = completion(ChatRequests.asking("one two three")).path("usage");

        assertEquals(3 + 4 + 3, usage.path("prompt_tokens").asInt());
        assertEquals(
                usage.path("prompt_tokens").asInt()
                        + usage.path("completion_tokens").asInt(),
                usage.path("total_tokens").asInt());
        assertEquals(
                0, usage.path("prompt_tokens_details").path("cached_tokens").asInt(-1));
        assertEquals(
                0,
                usage.path("completion_tokens_details").path("reasoning_tokens").asInt(-1));
    }

    @Test
    void longPrompt_isReportedAsCachedInStepsOf128() throws IOException {
        JsonNode usage = completion(ChatRequests.asking("word ".repeat(1100))).path("usage");

        assertEquals(
                1024, usage.path("prompt_tokens_details").path("cached_tokens").asInt());
    }

    @Test
    void statedUsage_isReportedAsStated() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("x").withUsage(new TokenUsage(2000, 1536, 300, 200))));

        assertEquals(
                new TokenUsage(2000, 1536, 300, 200).json(),
                completion(ChatRequests.asking("a")).path("usage"));
    }

    @Test
    void absentUsage_isNoField() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.text("x").withoutUsage()));

        assertFalse(completion(ChatRequests.asking("a")).has("usage"));
    }

    @Test
    void severalChoices_differ() throws IOException {
        JsonNode choices = completion(ChatRequests.asking("a").put("n", 2)).path("choices");

        assertEquals(2, choices.size());
        assertEquals(1, choices.path(1).path("index").asInt());
        assertNotEquals(
                choices.path(0).path("message").path("content"),
                choices.path(1).path("message").path("content"));
    }

    @Test
    void answerLongerThanAllowed_isCutAndSaysSo() throws IOException {
        JsonNode completion = completion(ChatRequests.asking("a").put("max_tokens", 5));

        assertEquals(
                "length",
                completion.path("choices").path(0).path("finish_reason").asText());
        assertEquals(5, completion.path("usage").path("completion_tokens").asInt());
    }

    @Test
    void logprobs_coverTheContentTokenByToken() throws IOException {
        JsonNode choice = completion(
                        ChatRequests.asking("a").put("logprobs", true).put("top_logprobs", 2))
                .path("choices")
                .path(0);
        StringBuilder tokens = new StringBuilder();
        choice.path("logprobs")
                .path("content")
                .forEach(t -> tokens.append(t.path("token").asText()));

        assertEquals(choice.path("message").path("content").asText(), tokens.toString());
        assertEquals(2, choice.at("/logprobs/content/0/top_logprobs").size());
    }

    @Test
    void toolCalls_comeWithNullContent() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.of(Choice.toolCalls(
                new ToolCall("call_1", "weather", "{\"city\":\"Bern\"}"), new ToolCall("call_2", "time", "{}")))));

        JsonNode choice = completion(ChatRequests.asking("a")).path("choices").path(0);

        assertTrue(choice.path("message").path("content").isNull());
        assertEquals("tool_calls", choice.path("finish_reason").asText());
        assertEquals(
                "{\"city\":\"Bern\"}",
                choice.at("/message/tool_calls/0/function/arguments").asText());
        assertEquals("call_2", choice.at("/message/tool_calls/1/id").asText());
    }

    @Test
    void refusal_comesWithNullContent() throws IOException {
        upstream.answer(Reply.of(ChatAnswer.of(Choice.refusal("No."))));

        JsonNode message = completion(ChatRequests.asking("a")).at("/choices/0/message");

        assertTrue(message.path("content").isNull());
        assertEquals("No.", message.path("refusal").asText());
    }

    @Test
    void reasoningAndUnknownFields_areSent() throws IOException {
        upstream.answer(Reply.of(
                ChatAnswer.of(Choice.text("42").withReasoning("Six by nine.").withExtra("mood", List.of("calm")))
                        .withExtra("x_trace", "t1")));

        JsonNode completion = completion(ChatRequests.asking("a"));

        assertEquals(
                "Six by nine.",
                completion.at("/choices/0/message/reasoning_content").asText());
        assertEquals("calm", completion.at("/choices/0/message/mood/0").asText());
        assertEquals("t1", completion.path("x_trace").asText());
        assertTrue(completion
                        .at("/usage/completion_tokens_details/reasoning_tokens")
                        .asInt()
                > 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{ | ", "[] | ", "{\"messages\":[]} | ", "{\"model\":\"m\"} | messages"})
    void malformedRequest_isA400InOpenAisShape(String body, String param) throws IOException {
        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, body);

        assertEquals(400, response.statusCode());
        JsonNode error = Json.parse(response.body()).orElseThrow().path("error");
        assertEquals("invalid_request_error", error.path("type").asText());
        assertEquals(param == null ? "null" : param, error.path("param").asText());
    }

    private String contentFor(String question) throws IOException {
        return contentFor(ChatRequests.asking(question));
    }

    private String contentFor(ObjectNode body) throws IOException {
        return completion(body).at("/choices/0/message/content").asText();
    }

    private JsonNode completion(ObjectNode body) throws IOException {
        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, body.toString());
        assertEquals(200, response.statusCode());
        return Json.parse(response.body()).orElseThrow();
    }

    private static ObjectNode withImage(String url) {
        ObjectNode body = Json.object().put("model", "gpt-4o");
        ObjectNode message = body.putArray("messages").addObject().put("role", "user");
        message.putArray("content").addObject().put("type", "text").put("text", "What is this?");
        message.withArrayProperty("content")
                .addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", url);
        return body;
    }
}
