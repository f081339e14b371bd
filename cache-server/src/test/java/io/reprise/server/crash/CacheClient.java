package io.reprise.server.crash;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The native routes of one running server. An {@link IOException} means that no whole answer came. Thread-safe; calls block. */
final class CacheClient {
    private static final String ENTRIES = "/v1/cache/entries";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http;
    private final String url;

    CacheClient(HttpClient http, String url) {
        this.http = http;
        this.url = url;
    }

    /** Answers with {@code id} and {@code replaced}. */
    JsonNode store(Question question, String answer) throws IOException {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("prompt", question.prompt())
                .put("completion", answer);
        body.putArray("tags").add(question.tag());
        return json(expect(201, send(request(ENTRIES).POST(BodyPublishers.ofString(body.toString())))));
    }

    /** Says whether it was there. */
    boolean delete(String id) throws IOException {
        HttpResponse<String> answer = send(request(ENTRIES + "/" + id).DELETE());
        return answer.statusCode() != 404 && expect(204, answer).statusCode() == 204;
    }

    int deleteTagged(String tag) throws IOException {
        return json(expect(200, send(request(ENTRIES + "?tag=" + tag).DELETE())))
                .path("deleted")
                .asInt();
    }

    /** The answer that a lookup gets, or {@link Question#ABSENT}. */
    String lookup(String prompt) throws IOException {
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("prompt", prompt).put("mode", "exact");
        return json(expect(200, send(request("/v1/cache/lookup").POST(BodyPublishers.ofString(body.toString())))))
                .at("/entry/completion")
                .asText();
    }

    /** How many entries a listing has, up to 1,000. */
    int listed() throws IOException {
        return json(expect(200, send(request(ENTRIES + "?limit=1000"))))
                .path("entries")
                .size();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .header("content-type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** A server that answers otherwise is not one that was killed: that fails the run. */
    private static HttpResponse<String> expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(answer.request().method() + " " + answer.uri() + " was answered "
                    + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON: " + answer.body(), e);
        }
    }
}
