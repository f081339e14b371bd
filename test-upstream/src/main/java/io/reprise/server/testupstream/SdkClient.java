package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The official Java SDK, unmodified, pointed at a server under test: no retries, so that one call is one request, and a short
 * timeout. Thread-safe; calls block.
 */
public final class SdkClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final OpenAIClient client;

    /** @param baseUrl with {@code /v1}, as the SDK takes it */
    public SdkClient(String baseUrl, String apiKey) {
        this.client = OpenAIOkHttpClient.builder()
                .baseUrl(baseUrl)
                .apiKey(apiKey)
                .maxRetries(0)
                .timeout(TIMEOUT)
                .build();
    }

    /** The SDK itself, for what this class has no method for. */
    public OpenAIClient sdk() {
        return client;
    }

    /** Asks for a whole completion. Failures are results. */
    public SdkResult complete(ChatCompletionCreateParams params) {
        List<Header> headers = new ArrayList<>();
        try (HttpResponseFor<ChatCompletion> response =
                client.chat().completions().withRawResponse().create(params)) {
            headers.addAll(headersOf(response.headers()));
            ChatCompletion completion = response.parse();
            return new SdkResult(
                    Optional.of(CompletionTree.of(completion)), Optional.empty(), Optional.of(completion), 0, headers);
        } catch (OpenAIException e) {
            return new SdkResult(
                    Optional.empty(), Optional.of(CompletionTree.ofFailure(e)), Optional.empty(), 0, headers);
        }
    }

    /** Asks for a stream and reads it to its end. Failures are results. */
    public SdkResult stream(ChatCompletionCreateParams params) {
        List<Header> headers = new ArrayList<>();
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> response =
                        client.chat().completions().withRawResponse().createStreaming(params);
                StreamResponse<ChatCompletionChunk> stream = response.parse()) {
            headers.addAll(headersOf(response.headers()));
            stream.stream().peek(chunks::add).forEach(accumulator::accumulate);
            return new SdkResult(
                    treeOf(chunks),
                    Optional.empty(),
                    Optional.of(accumulator.chatCompletion()),
                    chunks.size(),
                    headers);
        } catch (OpenAIException e) {
            return new SdkResult(
                    treeOf(chunks), Optional.of(CompletionTree.ofFailure(e)), Optional.empty(), chunks.size(), headers);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static Optional<JsonNode> treeOf(List<ChatCompletionChunk> chunks) {
        return chunks.isEmpty() ? Optional.empty() : Optional.of(CompletionTree.ofChunks(chunks));
    }

    private static List<Header> headersOf(Headers headers) {
        List<Header> lines = new ArrayList<>();
        for (String name : headers.names()) {
            headers.values(name).forEach(value -> lines.add(new Header(name, value)));
        }
        return lines;
    }
}
