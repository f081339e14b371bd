package io.reprise.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes, lists and revokes virtual keys of a running server. What goes wrong is a {@link TransferException} with what to do about it. */
final class KeyClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String KEYS = "/v1/admin/keys";

    private final URI url;
    private final @Nullable String token;

    /** @param token the administrator's, or null */
    KeyClient(URI url, @Nullable String token) {
        this.url = url;
        this.token = token;
    }

    /** Makes a key; the answer has its text under {@code key}. */
    JsonNode create(ObjectNode key) {
        return send("POST", KEYS, key, 201);
    }

    /** All keys. */
    List<JsonNode> list() {
        List<JsonNode> keys = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = send("GET", KEYS + (cursor.isEmpty() ? "" : "?cursor=" + encoded(cursor)), null, 200);
            page.path("items").forEach(keys::add);
            cursor = page.path("next").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
        return keys;
    }

    /**
     * Revokes a key.
     *
     * @param named its id, or its name
     */
    void revoke(String named) {
        String id = list().stream()
                .filter(key -> key.path("id").asText().equals(named)
                        || key.path("name").asText().equals(named))
                .map(key -> key.path("id").asText())
                .findFirst()
                .orElseThrow(() -> new TransferException("there is no key with the id or name " + named, null));
        send("DELETE", KEYS + '/' + encoded(id), null, 204);
    }

    private JsonNode send(String method, String path, @Nullable ObjectNode body, int expected) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                .header("content-type", "application/json");
        if (token != null) {
            request.header("x-reprise-admin", token);
        }
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            if (response.statusCode() != expected) {
                throw TransferClient.refused(response.statusCode(), response.body());
            }
            return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new TransferException("the server at " + url + " did not answer (" + e + "); give its --url", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransferException("interrupted", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
