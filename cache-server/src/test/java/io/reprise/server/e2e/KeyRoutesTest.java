package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.ReceivedRequest;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Virtual keys at the server's routes: who is let in, what goes upstream, and who sees which answers. */
class KeyRoutesTest {
    private static final String FILE_KEY = "rk-0123456789abcdef0123456789abcdef";
    private static final AtomicInteger NAMES = new AtomicInteger();

    @RegisterExtension
    static final Stage stage = Stage.with(
            "upstream.openai.api_key=sk-operator",
            "upstream.anthropic.api_key=sk-ant-operator",
            "access.require_key=true",
            "keys.git.key=" + FILE_KEY,
            "keys.git.team=web");

    @RegisterExtension
    static final Stage open = Stage.with("upstream.anthropic.api_key=sk-ant-operator");

    @Test
    void keyThatWasMade_asksUpstreamWithTheOperatorsKey() {
        for (String header : List.of("authorization", "x-api-key", "api-key")) {
            String key = made("{}").path("key").asText();
            WireCaller caller = stage.anonymous().with(header, header.equals("authorization") ? "Bearer " + key : key);

            assertEquals(
                    200, caller.post(Chats.PATH, Chats.asking("Via " + header)).status());

            ReceivedRequest received = stage.upstream().log().requests().getLast();
            assertEquals("Bearer sk-operator", received.header("authorization").orElseThrow());
            assertFalse(
                    received.headers().toString().contains("rk-"),
                    received.headers().toString());
        }
    }

    @Test
    void keyOfTheConfiguration_isTakenAndTheConfigurationsAlone() {
        WireCaller caller = stage.anonymous().with("authorization", "Bearer " + FILE_KEY);
        assertEquals(200, caller.post(Chats.PATH, Chats.asking("From a file")).status());
        JsonNode own = caller.get("/v1/key").json();
        assertEquals("git", own.path("name").asText());
        assertEquals("configuration", own.path("source").asText());

        assertEquals(
                409,
                stage.administrator()
                        .delete("/v1/admin/keys/" + own.path("id").asText())
                        .status());
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/chat/completions",
        "POST, /v1/messages",
        "POST, /v1/embeddings",
        "GET, /v1/models",
        "POST, /v1/cache/lookup",
        "GET, /v1/cache/entries",
        "GET, /v1/savings",
        "GET, /v1/key",
    })
    void withoutAKeyThatIsTaken_everyRouteAnswers401(String method, String path) {
        String body = "{\"model\":\"gpt-4o-mini\",\"max_tokens\":9,\"prompt\":\"a\",\"input\":\"a\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
        for (WireCaller caller : List.of(
                stage.anonymous(),
                stage.caller(),
                stage.anonymous().with("authorization", "Bearer rk-unknown"),
                stage.anonymous().with("authorization", "Bearer " + FILE_KEY, "x-api-key", "rk-other"),
                stage.anonymous().with("x-token", FILE_KEY))) {
            Answer answer = method.equals("GET")
                    ? caller.get(path)
                    : caller.send(method, path, BodyPublishers.ofString(body), "content-type", "application/json");
            assertEquals(401, answer.status(), path);
            if (path.contains("/v1/messages") || path.contains("/v1/chat")) {
                assertEquals(
                        "authentication_error", answer.json().at("/error/type").asText());
            }
        }
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void administratorAndHealth_needNoKey() {
        assertEquals(200, stage.administrator().get("/v1/admin/keys").status());
        assertEquals(200, stage.administrator().get("/v1/cache/stats").status());
        assertEquals(200, stage.anonymous().get("/health/live").status());
        assertEquals(200, stage.anonymous().get("/health/ready").status());
        assertEquals(
                401, stage.administrator().post(Chats.PATH, Chats.asking("a")).status());
    }

    @Test
    void keyThatIsRevokedDisabledOrExpired_isRefused() {
        JsonNode made = made("{}");
        String path = "/v1/admin/keys/" + made.path("id").asText();
        WireCaller caller = with(made);
        assertEquals(200, caller.get("/v1/key").status());
        patch(path, "{\"disabled\":true}", 200);
        assertTrue(caller.get("/v1/key").text().contains("disabled"));
        patch(path, "{\"disabled\":false,\"expires_at\":\"2020-01-01T00:00:00Z\"}", 200);
        assertTrue(caller.get("/v1/key").text().contains("expired"));
        patch(path, "{\"expires_at\":null}", 200);
        assertEquals(200, caller.get("/v1/key").status());
        assertEquals(204, stage.administrator().delete(path).status());
        assertEquals(401, caller.post(Chats.PATH, Chats.asking("a")).status());
        assertEquals(404, stage.administrator().delete(path).status());
        patch(path, "{}", 404);
    }

    @Test
    void keyThatIsRevokedInTheMiddleOfItsStream_finishesIt() throws Exception {
        JsonNode made = made("{}");
        HttpResponse<InputStream> stream = with(made).open(Chats.PATH, Chats.streaming("A long story, please"));
        assertEquals(
                204,
                stage.administrator()
                        .delete("/v1/admin/keys/" + made.path("id").asText())
                        .status());

        try (InputStream body = stream.body()) {
            assertTrue(new String(body.readAllBytes(), StandardCharsets.UTF_8).contains("[DONE]"));
        }
    }

    @Test
    void rotatedKey_isTakenWhileTheyOverlap() {
        JsonNode made = made("{}");
        JsonNode rotated = stage.administrator()
                .post("/v1/admin/keys/" + made.path("id").asText() + "/rotate", "{\"overlap_seconds\":3600}")
                .json();

        assertEquals(200, with(made).get("/v1/key").status());
        assertEquals(200, with(rotated).get("/v1/key").status());
        assertEquals(
                "exact",
                both(with(made), with(rotated)).header("x-reprise-outcome"),
                "the same key sees its own answers");
    }

    @Test
    void answers_areSharedAsTheKeysSay() {
        assertEquals(
                "miss",
                both(with(made("{\"team\":\"t\"}")), with(made("{\"team\":\"t\"}")))
                        .header("x-reprise-outcome"));
        String team = "{\"team\":\"t\",\"share\":\"team\"}";
        assertEquals("exact", both(with(made(team)), with(made(team))).header("x-reprise-outcome"));
        String other = "{\"team\":\"u\",\"share\":\"team\"}";
        assertEquals("miss", both(with(made(team)), with(made(other))).header("x-reprise-outcome"));
        String all = "{\"share\":\"all\"}";
        assertEquals("exact", both(with(made(all)), with(made(all))).header("x-reprise-outcome"));
    }

    /** The answer to the second of two who ask the same. */
    private static Answer both(WireCaller first, WireCaller second) {
        String question = "Question " + NAMES.incrementAndGet() + "?";
        assertEquals("miss", first.post(Chats.PATH, Chats.asking(question)).header("x-reprise-outcome"));
        return second.post(Chats.PATH, Chats.asking(question));
    }

    @Test
    void modelThatAKeyMayNotAskFor_isRefusedInTheWiresShape() {
        WireCaller caller = with(made("{\"models\":[\"gpt-4o-mini\"]}"));
        assertEquals(200, caller.post(Chats.PATH, Chats.asking("a")).status());

        Answer refused = caller.post(Chats.PATH, Chats.asking("a").put("model", "gpt-4o"));
        assertEquals(403, refused.status());
        assertEquals("permission_error", refused.json().at("/error/code").asText());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void upstreamWithoutAKeyOfItsOwn_isNotAskedWithAVirtualOne() {
        JsonNode made =
                open.administrator().post("/v1/admin/keys", "{\"name\":\"a\"}").json();
        WireCaller caller = open.anonymous()
                .with("authorization", "Bearer " + made.path("key").asText());

        for (Answer answer : List.of(
                caller.post(Chats.PATH, Chats.asking("a")),
                caller.get("/v1/models"),
                caller.post("/v1/images/generations", "{}"))) {
            assertEquals(403, answer.status());
            assertTrue(answer.text().contains("no key of its own"), answer.text());
        }
        assertEquals(0, open.upstreamCalls());
        assertEquals(200, open.caller().post(Chats.PATH, Chats.asking("a")).status(), "others go on as they were");
        assertEquals(
                401,
                open.anonymous()
                        .with("api-key", "rk-unknown")
                        .post(Chats.PATH, Chats.asking("a"))
                        .status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1/admin/keys",
                "GET /v1/admin/keys",
                "PATCH /v1/admin/keys/key_1",
                "DELETE /v1/admin/keys/key_1",
                "POST /v1/admin/keys/key_1/rotate",
                "GET /v1/admin/budgets",
                "PUT /v1/admin/budgets/global",
                "DELETE /v1/admin/budgets/global",
                "PUT /v1/admin/limits/global",
            })
    void adminRoutes_areTheAdministratorsAlone(String route) {
        String[] parts = route.split(" ");
        for (WireCaller caller :
                List.of(open.anonymous(), open.caller(), open.caller().with("x-reprise-admin", "x"))) {
            assertEquals(
                    403,
                    caller.send(parts[0], parts[1], BodyPublishers.ofString("{}"))
                            .status(),
                    route);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"name\":\"a\\u0001\"}",
                "{\"name\":\"a\",\"x\":1}"
            })
    void badBody_is400AndSaysWhy(String body) {
        Answer answer = open.administrator()
                .send("POST", "/v1/admin/keys", BodyPublishers.ofString(body), "content-type", "application/json");
        assertEquals(400, answer.status());
        assertEquals("application/problem+json", answer.header("content-type"));
    }

    @Test
    void keys_standInNoLogLine() {
        var events = new ListAppender<ILoggingEvent>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        events.start();
        root.addAppender(events);
        try {
            JsonNode made =
                    made("{\"rpm\":1,\"budgets\":[{\"usd\":\"0.0001\",\"window\":\"day\",\"soft_percent\":[1]}]}");
            with(made).post(Chats.PATH, Chats.asking("Logged?").put("max_tokens", 10));
            with(made).post(Chats.PATH, Chats.asking("Refused?"));
            stage.anonymous().with("x-api-key", "rk-unknown").get("/v1/key");
            stage.administrator().post("/v1/admin/keys/" + made.path("id").asText() + "/rotate", "{}");
            stage.administrator().delete("/v1/admin/keys/" + made.path("id").asText());
        } finally {
            root.detachAppender(events);
        }
        assertTrue(
                events.list.stream()
                        .anyMatch(event -> event.getFormattedMessage().contains("1 % of the budget")),
                events.list::toString);
        assertTrue(
                events.list.stream()
                        .noneMatch(event -> event.getFormattedMessage().contains("rk-")),
                events.list::toString);
    }

    @Test
    void secondKeyOfAName_is409() {
        String name = "{\"name\":\"twice\"}";
        assertEquals(201, open.administrator().post("/v1/admin/keys", name).status());
        assertEquals(409, open.administrator().post("/v1/admin/keys", name).status());
    }

    @Test
    void list_comesInPages() {
        WireCaller administrator = open.administrator();
        for (int i = 0; i < 5; i++) {
            administrator.post("/v1/admin/keys", "{\"name\":\"page " + i + "\"}");
        }
        int seen = 0;
        String cursor = "";
        do {
            JsonNode page = administrator
                    .get("/v1/admin/keys?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .json();
            for (JsonNode key : page.path("items")) {
                seen += key.path("name").asText().startsWith("page ") ? 1 : 0;
                assertFalse(key.has("key") || key.has("hashes"), key.toString());
            }
            cursor = page.path("next").isNull() ? "" : page.path("next").asText();
        } while (!cursor.isEmpty());
        assertEquals(5, seen);
        assertEquals(400, administrator.get("/v1/admin/keys?cursor=!").status());
        assertEquals(400, administrator.get("/v1/admin/keys?limit=0").status());
        assertEquals(404, administrator.get("/v1/admin/nothing").status());
    }

    private static void patch(String path, String body, int status) {
        Answer answer = stage.administrator()
                .send("PATCH", path, BodyPublishers.ofString(body), "content-type", "application/json");
        assertEquals(status, answer.status(), answer.text());
    }

    /** A key of a name of its own with these fields. */
    private static JsonNode made(String fields) {
        String named = "{\"name\":\"key " + NAMES.incrementAndGet() + "\"" + (fields.equals("{}") ? "" : ",")
                + fields.substring(1);
        Answer answer = stage.administrator().post("/v1/admin/keys", named);
        assertEquals(201, answer.status(), answer.text());
        return answer.json();
    }

    private static WireCaller with(JsonNode made) {
        return stage.anonymous()
                .with("authorization", "Bearer " + made.path("key").asText());
    }
}
