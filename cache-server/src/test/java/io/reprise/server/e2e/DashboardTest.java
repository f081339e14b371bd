package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into the dashboard, and what a session may do: what an administrator may on our own routes, and nothing elsewhere. */
class DashboardTest {
    private static final String TOKEN = "open-sesame-of-the-test";
    private static final String ENTRIES = "/v1/cache/entries";

    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock, "admin_token=" + TOKEN, "http.allowed_origins=http://localhost:5173");

    @Test
    void page_isShownToAnybodyAndTellsNothing() {
        Answer page = stage.anonymous().get("/");

        assertEquals(200, page.status());
        assertEquals("text/html; charset=utf-8", page.header("content-type"));
        assertTrue(page.header("content-security-policy").contains("default-src 'self'"));
        assertFalse(page.header("content-security-policy").contains("unsafe"));
        assertEquals("nosniff", page.header("x-content-type-options"));
        assertEquals("no-referrer", page.header("referrer-policy"));
        assertEquals(page.text(), stage.caller().get("/").text());
    }

    @Test
    void page_hasNoInlineScriptOrStyleAndLoadsNothingFromElsewhere() {
        String page = stage.anonymous().get("/").text();

        assertFalse(page.matches("(?s).*<script(?![^>]*src=).*"), page);
        assertFalse(page.contains("<style") || page.contains("style=") || page.contains("onclick"), page);
        assertFalse(page.contains("http://") || page.contains("https://") || page.contains("=\"//"), page);
    }

    @Test
    void unchangedFile_isNotSentAgain() {
        Answer first = stage.anonymous().get("/assets/app.js");

        assertEquals("text/javascript; charset=utf-8", first.header("content-type"));
        Answer again = stage.anonymous().get("/assets/app.js", "if-none-match", first.header("etag"));
        assertEquals(304, again.status());
        assertEquals(0, again.body().length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/nothing.js",
                "/assets/",
                "/assets/Dashboard.class",
                "/assets/package-info.class",
                "/assets/index.html",
                "/assets/vendor/nothing.js"
            })
    void whatIsNoFileOfThePage_isNotServed(String path) {
        assertEquals(404, stage.anonymous().get(path).status());
    }

    @Test
    void token_logsIn() {
        Answer answer = login(TOKEN);

        assertEquals(204, answer.status());
        assertTrue(isIn(with(answer)));
        assertFalse(isIn(stage.anonymous()));
    }

    @Test
    void cookie_isForThisSiteAloneAndNoScriptReadsIt() {
        String cookie = login(TOKEN).header("set-cookie");

        assertTrue(
                cookie.matches("reprise_session=[A-Za-z0-9_-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"),
                cookie);
        assertNotEquals(cookie, login(TOKEN).header("set-cookie"));
    }

    @Test
    void wrongToken_isRefusedAndSetsNoCookie() {
        Answer answer = login("open-sesame");

        assertEquals(401, answer.status());
        assertEquals("application/problem+json", answer.header("content-type"));
        assertFalse(answer.has("set-cookie"));
        login(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"token\":1}", "{\"token\":null}"})
    void loginWithoutAToken_isABadRequest(String body) {
        assertEquals(400, stage.anonymous().post("/login", body).status());
    }

    @Test
    void loginWithALargeBody_isRefused() {
        assertEquals(413, stage.anonymous().post("/login", "x".repeat(9000)).status());
    }

    @Test
    void guesses_waitAfterTen() {
        int refused = 0;
        for (int guess = 0; guess < 12; guess++) {
            Answer answer = login("guess-" + guess);
            if (answer.status() == 429) {
                assertEquals("60", answer.header("retry-after"));
                refused++;
            }
        }
        assertEquals(2, refused);
        assertEquals(429, login(TOKEN).status());
        clock.advance(Duration.ofSeconds(61));
        assertEquals(204, login(TOKEN).status());
    }

    @Test
    void link_logsInOnce() {
        String path = newLink();

        Answer first = stage.anonymous().get(path);
        assertEquals(303, first.status());
        assertEquals("/", first.header("location"));
        assertTrue(isIn(with(first)));

        Answer second = stage.anonymous().get(path);
        assertEquals(401, second.status());
        assertFalse(second.has("set-cookie"));
        assertTrue(second.header("content-type").startsWith("text/html"));
        login(TOKEN);
    }

    @Test
    void link_isGoodForFiveMinutes() {
        String path = newLink();
        clock.advance(Duration.ofMinutes(5));

        assertEquals(401, stage.anonymous().get(path).status());
        login(TOKEN);
    }

    @Test
    void linkThatABrowserLooksAtAhead_isNotUsedUp() {
        String path = newLink();

        assertEquals(
                403,
                stage.anonymous().get(path, "sec-purpose", "prefetch;prerender").status());
        assertEquals(
                404,
                stage.anonymous().send("HEAD", path, BodyPublishers.noBody()).status());
        assertEquals(303, stage.anonymous().get(path).status());
    }

    @Test
    void link_isForAdministratorsToAskFor() {
        assertEquals(403, stage.caller().post("/v1/admin/login-codes", "").status());
        assertTrue(stage.server().loginPath().startsWith("/login?code="));
    }

    @Test
    void session_endsWithLogout() {
        WireCaller session = with(login(TOKEN));

        Answer answer = session.post("/logout", "");

        assertEquals(204, answer.status());
        assertTrue(answer.header("set-cookie").startsWith("reprise_session=; Path=/; Max-Age=0;"));
        assertFalse(isIn(session));
    }

    @Test
    void session_endsAfterTwelveHours() {
        WireCaller session = with(login(TOKEN));
        clock.advance(Duration.ofHours(12).minusSeconds(1));
        assertTrue(isIn(session));
        clock.advance(Duration.ofSeconds(1));
        assertFalse(isIn(session));
    }

    @Test
    void loginAgain_endsTheSessionBefore() {
        WireCaller session = with(login(TOKEN));

        session.post("/login", Chats.object().put("token", TOKEN));

        assertFalse(isIn(session));
    }

    @Test
    void session_seesWhatAnAdministratorSees() {
        String id = store();
        WireCaller session = with(login(TOKEN));

        assertTrue(session.get(ENTRIES + "?principal=*").text().contains(id));
        assertEquals(200, session.get("/v1/cache/stats?principal=*").status());
        assertEquals(403, stage.anonymous().get(ENTRIES + "?principal=*").status());
    }

    @Test
    void change_needsTheHeaderOfOurPage() {
        String id = store();
        WireCaller session = with(login(TOKEN));
        String path = ENTRIES + "/" + id + "?principal=*";

        assertEquals(403, session.delete(path).status());
        assertEquals(200, stage.caller().get(ENTRIES + "/" + id).status());
        assertEquals(204, session.delete(path, "x-reprise-csrf", "1").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "http://localhost:5173", "null"})
    void pageOfAnotherSite_hasNoUseOfASession(String origin) {
        String id = store();
        WireCaller session = with(login(TOKEN)).with("origin", origin);

        assertEquals(403, session.get(ENTRIES + "?principal=*").status());
        assertEquals(
                403,
                session.delete(ENTRIES + "/" + id + "?principal=*", "x-reprise-csrf", "1")
                        .status());
        assertEquals(200, stage.caller().get(ENTRIES + "/" + id).status());
    }

    @Test
    void session_isNoCredentialOfADropInCall() {
        WireCaller session = with(login(TOKEN));
        session.post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertFalse(stage.upstream()
                .log()
                .requests()
                .getFirst()
                .headers()
                .toString()
                .contains("reprise"));
        assertEquals(
                "exact",
                stage.anonymous().post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
        stage.anonymous().delete(ENTRIES + "?all=true");
    }

    @Test
    void otherCookies_goOnAsTheyCame() {
        String cookie = login(TOKEN).header("set-cookie").split(";", 2)[0];

        stage.anonymous().post(Chats.PATH, Chats.asking(Chats.OTHER_QUESTION), "cookie", "a=1; " + cookie + "; b=2");

        String sent = stage.upstream().log().requests().getFirst().headers().toString();
        assertTrue(sent.contains("a=1; b=2"), sent);
        assertFalse(sent.contains("reprise_session"), sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/admin/nothing", "/v1/admin/keys/x/y/z", "/v1/reports/nothing"})
    void routeOfOurs_isNeverForwarded(String path) {
        Answer answer = with(login(TOKEN)).get(path);

        assertEquals(404, answer.status());
        assertEquals("application/problem+json", answer.header("content-type"));
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void settings_sayWhereTheyCameFromAndNoSecret() {
        assertEquals(403, stage.caller().get("/v1/admin/settings").status());

        Answer answer = with(login(TOKEN)).get("/v1/admin/settings");

        JsonNode token = item(answer, "key", "admin_token");
        assertEquals("(not shown)", token.path("value").asText());
        assertEquals("flag --set", token.path("origin").asText());
        assertEquals(
                "default",
                item(answer, "key", "cache.ttl_seconds").path("origin").asText());
        assertFalse(answer.text().contains(TOKEN));
    }

    @Test
    void health_tellsOfUpstreamsIndexAndModel() {
        assertEquals(403, stage.caller().get("/v1/admin/health").status());

        JsonNode health = with(login(TOKEN)).get("/v1/admin/health").json();

        assertEquals("open", health.at("/upstreams/0/state").asText());
        assertEquals(stage.upstream().url(), health.at("/upstreams/0/origin").asText());
        assertFalse(health.at("/upstreams/0/own_key").asBoolean());
        assertTrue(health.at("/gauges/reprise.index.bytes").asDouble() >= 0);
        assertEquals(1, health.at("/gauges/reprise.verifier.reading").asInt());
        assertFalse(health.path("sentence_model").asText().isEmpty());
    }

    @Test
    void course_endsWithWhatHoldsNow() {
        assertEquals(403, stage.caller().get("/v1/admin/course").status());
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        JsonNode items =
                with(login(TOKEN)).get("/v1/admin/course?minutes=60").json().path("items");

        JsonNode now = items.get(items.size() - 1);
        assertTrue(now.path("calls").asLong() >= 1);
        assertTrue(now.path("p50_ms").asDouble() > 0);
        assertEquals(clock.instant().toString(), now.path("time").asText());
        assertEquals(400, with(login(TOKEN)).get("/v1/admin/course?minutes=0").status());
    }

    @Test
    void riskyHit_isShownWithBothTextsAndVotedOn() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        Answer hit = stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE));
        assertEquals("semantic", hit.header("x-reprise-outcome"));
        WireCaller session = with(login(TOKEN)).with("x-reprise-csrf", "1");
        assertEquals(403, stage.caller().get("/v1/admin/hits").status());

        Answer hits = session.get("/v1/admin/hits");
        JsonNode shown = item(hits, "lookup_id", hit.header("x-reprise-lookup"));
        assertEquals(Chats.PARAPHRASE, shown.path("asked").asText());
        assertEquals(Chats.QUESTION, shown.path("stored").asText());
        assertTrue(shown.path("verdict").isNull());

        ObjectNode vote =
                Chats.object().put("lookup_id", hit.header("x-reprise-lookup")).put("verdict", "wrong");
        assertEquals(404, session.post("/v1/cache/feedback", vote).status());
        assertEquals(
                403, stage.caller().post("/v1/cache/feedback?principal=*", vote).status());
        Answer voted = session.post("/v1/cache/feedback?principal=*", vote);
        assertEquals(202, voted.status());
        assertEquals("tightened", voted.json().path("effect").asText());
        assertEquals(
                "wrong",
                item(session.get("/v1/admin/hits"), "lookup_id", hit.header("x-reprise-lookup"))
                        .path("verdict")
                        .asText());
        assertEquals(
                "miss",
                stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE)).header("x-reprise-outcome"));
    }

    @Test
    void hits_areSortedByRiskOrByTime() {
        WireCaller session = with(login(TOKEN));
        assertEquals(200, session.get("/v1/admin/hits?sort=time&limit=1").status());
        for (String query : List.of("sort=luck", "limit=0", "limit=1001")) {
            assertEquals(400, session.get("/v1/admin/hits?" + query).status(), query);
        }
    }

    private static Answer login(String token) {
        return stage.anonymous().post("/login", Chats.object().put("token", token));
    }

    private static WireCaller with(Answer login) {
        return stage.anonymous().with("cookie", login.header("set-cookie").split(";", 2)[0]);
    }

    private static boolean isIn(WireCaller caller) {
        Answer answer = caller.get("/v1/admin/session");
        assertEquals(200, answer.status());
        assertEquals("no-store", answer.header("cache-control"));
        return answer.json().path("administrator").asBoolean();
    }

    private static String newLink() {
        Answer answer = stage.anonymous().with("x-reprise-admin", TOKEN).post("/v1/admin/login-codes", "");
        assertEquals(201, answer.status(), answer.toString());
        assertEquals(300, answer.json().path("expires_in_seconds").asInt());
        return answer.json().path("path").asText();
    }

    private static String store() {
        return stage.caller()
                .post(ENTRIES, Chats.object().put("prompt", "How tall is it?").put("completion", "Very."))
                .json()
                .path("id")
                .asText();
    }

    private static JsonNode item(Answer answer, String field, String value) {
        for (JsonNode item : answer.json().path("items")) {
            if (item.path(field).asText().equals(value)) {
                return item;
            }
        }
        throw new AssertionError("no item with " + field + " " + value + " in " + answer.text());
    }
}
