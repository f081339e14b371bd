package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other web sites change nothing and spend nothing, unless the operator names them. */
class WebPagesTest {
    private static final String APP = "https://app.example.com";
    private static final String LOOKUP = "/v1/cache/lookup";
    private static final String ENTRIES = "/v1/cache/entries";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage shared = Stage.with("http.allowed_origins=" + APP + ", http://localhost:5173");

    @RegisterExtension
    static final Stage everywhere = Stage.with("host=0.0.0.0", "admin_token=open-sesame");

    @ParameterizedTest
    @CsvSource({
        "origin,https://evil.example",
        "origin,null",
        "origin,http://localhost:1",
        "origin,https://app.example.com",
        "sec-fetch-site,cross-site",
        "sec-fetch-site,same-site"
    })
    void foreignPage_isRefusedInTheShapeOfTheRoute(String header, String value) {
        for (String path : List.of(LOOKUP, ENTRIES, "/v1/savings", "/anything")) {
            Answer answer = stage.anonymous().post(path, Chats.object().put("prompt", "x"), header, value);
            assertEquals(403, answer.status(), path);
            assertEquals("application/problem+json", answer.header("content-type"), path);
        }
        for (String path :
                List.of("/v1/chat/completions", "/v1/embeddings", "/v1/responses", "/v1/files", "/v1/cachet")) {
            Answer answer = stage.anonymous().post(path, Chats.asking("x"), header, value);
            assertEquals(403, answer.status(), path);
            assertEquals("permission_error", answer.json().at("/error/type").asText(), path);
            assertTrue(answer.json().at("/error/code").isTextual(), path);
        }
        Answer message = stage.anonymous().post("/v1/messages", Chats.asking("x"), header, value);
        assertEquals(403, message.status());
        assertEquals("error", message.json().path("type").asText());
        assertEquals("permission_error", message.json().at("/error/type").asText());
        assertEquals(0, stage.upstreamCalls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void everyMethodThatMayChangeSomething_isRefused(String method) {
        for (String path : List.of(ENTRIES + "?all=true", "/v1/files/f-1")) {
            assertEquals(
                    403,
                    stage.caller()
                            .send(method, path, BodyPublishers.noBody(), "origin", "https://evil.example")
                            .status(),
                    path);
        }
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void refusedStore_storesNothing() {
        stage.caller()
                .post(
                        ENTRIES,
                        Chats.object().put("prompt", "x").put("completion", "bad"),
                        "origin",
                        "https://evil.example");

        assertEquals(0, stage.caller().get(ENTRIES).json().path("entries").size());
    }

    @Test
    void largeBodyOfAForeignPage_isNotRead() {
        Answer answer =
                stage.caller().post("/v1/chat/completions", "x".repeat(1 << 20), "origin", "https://evil.example");

        assertEquals(403, answer.status());
        assertEquals(200, stage.caller().get("/health/live").status());
    }

    @Test
    void programs_sendNeitherHeader() {
        assertEquals(
                200,
                stage.caller().post(LOOKUP, Chats.object().put("prompt", "x")).status());
    }

    @Test
    void ownPages_mayDoWhatProgramsMay() {
        String own = stage.server().url();

        for (String site : List.of("same-origin", "none")) {
            assertEquals(
                    200,
                    stage.caller()
                            .post(LOOKUP, Chats.object().put("prompt", "x"), "origin", own, "sec-fetch-site", site)
                            .status());
        }
    }

    /** A name that somebody else's DNS gives to 127.0.0.1 makes a page of that name no page of ours. */
    @Test
    void reboundName_isNotAnswered() {
        String host = "rebound.example:" + stage.server().port();
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head(
                    "POST /v1/cache/lookup HTTP/1.1",
                    "host: " + host,
                    "origin: http://" + host,
                    "sec-fetch-site: same-origin",
                    "content-length: 0");
            assertEquals(421, connection.answer().status());
        }
    }

    @Test
    void pageUnderTheServersPublicName_isOurs() {
        String host = "gateway.example:" + everywhere.server().port();
        try (var connection = new RawConnection(everywhere.server().port())) {
            connection.head(
                    "DELETE /v1/cache/entries?all=true HTTP/1.1",
                    "host: " + host,
                    "origin: http://" + host,
                    "content-length: 0");
            assertEquals(200, connection.answer().status());
        }
    }

    @Test
    void reading_isLeftToTheBrowserToHide() {
        stage.upstream().answer(Reply.text("models").withHeader("access-control-allow-origin", "*"));

        Answer answer = stage.caller().get("/v1/models", "origin", "https://evil.example");

        assertEquals(200, answer.status());
        assertFalse(answer.has("access-control-allow-origin"), answer.toString());
        assertTrue(stage.caller().get("/v1/models").has("access-control-allow-origin"));
    }

    @Test
    void preflightOfAForeignPage_isRefusedAndNotForwarded() {
        for (Stage where : List.of(stage, shared)) {
            Answer answer = preflight(where, "https://evil.example");

            assertEquals(403, answer.status());
            assertFalse(answer.has("access-control-allow-origin"));
            assertEquals(0, where.upstreamCalls());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {APP, "http://localhost:5173"})
    void preflightOfAnAllowedPage_isAnswered(String origin) {
        Answer answer = preflight(shared, origin);

        assertEquals(204, answer.status());
        assertEquals(List.of(origin), answer.headerValues("access-control-allow-origin"));
        assertTrue(answer.header("access-control-allow-methods").contains("POST"), answer.toString());
        assertEquals("authorization,content-type,x-stainless-lang", answer.header("access-control-allow-headers"));
        assertTrue(answer.headerValues("vary").toString().contains("origin"), answer.toString());
        assertFalse(answer.has("access-control-allow-credentials"));
        assertEquals(0, shared.upstreamCalls());
    }

    @Test
    void allowedPage_isAnsweredSoThatItMayRead() {
        shared.upstream()
                .answer(Reply.text("hi")
                        .withHeader("access-control-allow-origin", "https://elsewhere.example")
                        .withHeader("access-control-allow-credentials", "true"));

        for (String outcome : List.of("miss", "exact")) {
            Answer answer = shared.caller()
                    .post(Chats.PATH, Chats.asking(Chats.QUESTION), "origin", APP, "sec-fetch-site", "cross-site");

            assertEquals(200, answer.status());
            assertEquals(outcome, answer.header("x-reprise-outcome"));
            assertEquals(List.of(APP), answer.headerValues("access-control-allow-origin"));
            assertEquals("*", answer.header("access-control-expose-headers"));
            assertFalse(answer.has("access-control-allow-credentials"));
        }
    }

    @Test
    void allowedPage_readsErrorsToo() {
        Answer answer = shared.caller().post(LOOKUP, "{}", "origin", APP);

        assertEquals(400, answer.status());
        assertEquals(APP, answer.header("access-control-allow-origin"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://app.example.com.evil.example", "http://app.example.com", "https://APP.example.com"})
    void originThatOnlyLooksAllowed_isForeign(String origin) {
        assertEquals(
                403,
                shared.caller()
                        .post(LOOKUP, Chats.object().put("prompt", "x"), "origin", origin)
                        .status());
    }

    private static Answer preflight(Stage where, String origin) {
        return where.anonymous()
                .send(
                        "OPTIONS",
                        Chats.PATH,
                        BodyPublishers.noBody(),
                        "origin",
                        origin,
                        "access-control-request-method",
                        "POST",
                        "access-control-request-headers",
                        "authorization,content-type,x-stainless-lang");
    }
}
