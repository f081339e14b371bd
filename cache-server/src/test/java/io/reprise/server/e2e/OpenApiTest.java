package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.server.openapi.Description;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every operation of {@code docs/openapi.yaml}, asked of a real server: requests and answers are as described. */
class OpenApiTest {
    @RegisterExtension
    static final Stage stage = Stage.with();

    private static final Description DESCRIBED = Description.committed();
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";
    private static final String ENTRY =
            "{\"prompt\":\"How do I reset my password?\",\"completion\":\"By e-mail.\",\"tags\":[\"faq\"]}";
    private static final String CHAT =
            "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Why is the sky blue?\"}]%s}";

    private final Set<String> exercised = new TreeSet<>();

    @Test
    void everyOperation_takesAndGivesWhatIsDescribed() {
        String id = exchange("post /v1/cache/entries", "/v1/cache/entries", 201, ENTRY)
                .json()
                .path("id")
                .asText();
        exchange(
                "post /v1/cache/lookup",
                "/v1/cache/lookup",
                200,
                "{\"prompt\":\"How can I reset my password?\",\"explain\":true}");
        exchange(
                "post /v1/cache/lookup",
                "/v1/cache/lookup",
                200,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"mode\":\"exact\"}");
        String lookup = exchange(
                        "post /v1/cache/lookup",
                        "/v1/cache/lookup",
                        200,
                        "{\"prompt\":\"How can I reset my password?\"}")
                .json()
                .path("lookup_id")
                .asText();
        exchange(
                "post /v1/cache/feedback",
                "/v1/cache/feedback",
                202,
                "{\"lookup_id\":\"" + lookup + "\",\"verdict\":\"right\"}");
        exchange(
                "post /v1/cache/audits",
                "/v1/cache/audits",
                409,
                "{\"lookup_id\":\"" + lookup + "\",\"completion\":\"By post.\"}");
        exchange("get /v1/cache/entries", "/v1/cache/entries?limit=1&tag=faq", 200, null);
        exchange("get /v1/cache/entries/{id}", "/v1/cache/entries/" + id, 200, null);
        String lines =
                exchange("get /v1/cache/export", "/v1/cache/export", 200, null).text();
        exchange("post /v1/cache/import", "/v1/cache/import", 200, lines);
        exchange("post /v1/cache/import", "/v1/cache/import", 200, "{\"prompt\":1}\n");
        exchange(
                "delete /v1/cache/entries", "/v1/cache/entries?prompt=password&min_cosine=0.1&dry_run=true", 200, null);
        exchange("delete /v1/cache/entries/{id}", "/v1/cache/entries/" + id, 204, null);
        exchange("delete /v1/cache/entries", "/v1/cache/entries?all=true", 200, null);
        dropIns();
        exchange("get /v1/cache/stats", "/v1/cache/stats", 200, null);
        exchange("get /v1/savings", "/v1/savings?group_by=day,model,namespace&from=2026-01-01", 200, null);
        exchange("get /health/live", "/health/live", 200, null);
        exchange("get /health/ready", "/health/ready", 200, null);
        exchange("get /metrics", "/metrics", 200, null);

        administration();

        assertEquals(DESCRIBED.operations(), exercised, "operations without an exchange here, or the other way round");
    }

    private void administration() {
        String keys = "/v1/admin/keys";
        Answer made = administered(
                "post " + keys,
                keys,
                201,
                "{\"name\":\"docs\",\"share\":\"key\",\"rpm\":100,\"budgets\":[{\"usd\":\"1.50\",\"window\":\"day\"}]}");
        String id = made.json().path("id").asText();
        administered("get " + keys, keys + "?limit=5", 200, null);
        administered("get " + keys + "/{id}", keys + "/" + id, 200, null);
        administered("patch " + keys + "/{id}", keys + "/" + id, 200, "{\"team\":\"search\"}");
        String rotated = administered(
                        "post " + keys + "/{id}/rotate", keys + "/" + id + "/rotate", 200, "{\"overlap_seconds\":0}")
                .json()
                .path("key")
                .asText();
        exchange(stage.anonymous().with("authorization", "Bearer " + rotated), "get /v1/key", "/v1/key", 200, null);
        administered("delete " + keys + "/{id}", keys + "/" + id, 204, null);
        String budgets = "/v1/admin/budgets";
        administered(
                "put " + budgets + "/{scope}",
                budgets + "/team:search",
                200,
                "{\"usd\":\"10.00\",\"window\":\"month\",\"zone\":\"Europe/Berlin\",\"soft_percent\":[80,95]}");
        administered("get " + budgets, budgets, 200, null);
        administered("delete " + budgets + "/{scope}", budgets + "/team:search", 204, null);
        String limits = "/v1/admin/limits";
        administered("put " + limits + "/{scope}", limits + "/team:search", 200, "{\"rpm\":60}");
        administered("get " + limits, limits, 200, null);
        administered("delete " + limits + "/{scope}", limits + "/team:search", 204, null);
        Eventually.await(Duration.ofSeconds(10), () -> !stage.administrator()
                .get("/v1/requests?limit=1")
                .json()
                .path("items")
                .isEmpty());
        String call = administered("get /v1/requests", "/v1/requests?limit=1", 200, null)
                .json()
                .at("/items/0/id")
                .asText();
        administered("get /v1/requests/{id}", "/v1/requests/" + call, 200, null);
        administered("get /v1/reports/spend", "/v1/reports/spend?group_by=model", 200, null);
        administered("get /v1/reports/top", "/v1/reports/top?by=cost", 200, null);
        administered("get /v1/reports/hours", "/v1/reports/hours", 200, null);
        administered("get /v1/reports/forecast", "/v1/reports/forecast", 200, null);
        administered("get /v1/reports/compare", "/v1/reports/compare?models=gpt-4o,gpt-4o-mini&days=30", 200, null);
        administered("get /v1/reports/roi", "/v1/reports/roi", 200, null);
        for (String page : List.of("settings", "health", "course", "hits", "doctor")) {
            administered("get /v1/admin/" + page, "/v1/admin/" + page, 200, null);
        }
        administered("post /v1/admin/login-codes", "/v1/admin/login-codes", 201, null);
    }

    private Answer administered(String operation, String uri, int status, @Nullable String body) {
        return exchange(stage.administrator(), operation, uri, status, body);
    }

    private void dropIns() {
        exchange("post /v1/chat/completions", "/v1/chat/completions", 200, CHAT.formatted(""));
        exchange("post /v1/chat/completions", "/v1/chat/completions", 200, CHAT.formatted(""));
        exchange("post /v1/chat/completions", "/v1/chat/completions", 200, CHAT.formatted(",\"stream\":true"));
        exchange(
                "post /v1/completions",
                "/v1/completions",
                200,
                "{\"model\":\"gpt-3.5-turbo-instruct\",\"prompt\":\"Why?\"}");
        exchange(
                "post /v1/responses",
                "/v1/responses",
                200,
                "{\"model\":\"gpt-4o\",\"input\":\"Why?\",\"store\":false}");
        exchange("get /v1/responses", "/v1/responses", 200, null);
        exchange("get /v1/realtime", "/v1/realtime", 200, null);
        exchange(
                "post /v1/embeddings",
                "/v1/embeddings",
                200,
                "{\"model\":\"text-embedding-3-small\",\"input\":[\"a\",\"b\"]}");
        exchange(
                "post /v1/messages",
                "/v1/messages",
                200,
                "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}");
    }

    @Test
    void errors_haveTheShapeThatIsDescribed() {
        answer("post /v1/cache/lookup", "/v1/cache/lookup", 400, "{\"prompt\":1}");
        answer("post /v1/cache/entries", "/v1/cache/entries", 400, "not even JSON");
        answer("get /v1/cache/entries", "/v1/cache/entries?limit=0", 400, null);
        answer("get /v1/cache/entries/{id}", "/v1/cache/entries/absent", 404, null);
        answer("delete /v1/cache/entries/{id}", "/v1/cache/entries/absent", 404, null);
        answer("delete /v1/cache/entries", "/v1/cache/entries", 400, null);
        answer("get /v1/savings", "/v1/savings?group_by=weather", 400, null);
        answer("post /v1/chat/completions", "/v1/chat/completions", 400, "{}");
        answer("post /v1/messages", "/v1/messages", 400, "{\"model\":\"claude-sonnet-4-5\"}");
        answer("post /v1/embeddings", "/v1/embeddings", 400, "{\"model\":\"text-embedding-3-small\"}");
    }

    /** A request that is as described, and its answer. */
    private Answer exchange(String operation, String uri, int status, @Nullable String body) {
        return exchange(stage.caller(), operation, uri, status, body);
    }

    private Answer exchange(WireCaller caller, String operation, String uri, int status, @Nullable String body) {
        exercised.add(operation);
        if (body != null) {
            String contentType = contentType(operation);
            assertEquals(
                    List.of(),
                    DESCRIBED.requestProblems(operation, contentType, body.getBytes(StandardCharsets.UTF_8)),
                    operation + " was asked " + body);
        }
        return answer(caller, operation, uri, status, body);
    }

    private Answer answer(String operation, String uri, int status, @Nullable String body) {
        return answer(stage.caller(), operation, uri, status, body);
    }

    private static Answer answer(WireCaller caller, String operation, String uri, int status, @Nullable String body) {
        Answer answer = caller.send(
                operation.substring(0, operation.indexOf(' ')).toUpperCase(Locale.ROOT),
                uri,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body),
                "content-type",
                contentType(operation));
        assertEquals(status, answer.status(), operation + " answered " + answer);
        assertEquals(
                List.of(),
                DESCRIBED.answerProblems(operation, answer.status(), answer::header, answer.body()),
                operation + " answered " + answer);
        return answer;
    }

    private static String contentType(String operation) {
        return operation.endsWith("/import") ? LINES : JSON;
    }
}
