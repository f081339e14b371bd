package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.config.ConfigException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may look across principals: the holder of the token, or without one a program on this machine. */
class AdministratorTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage tokened = Stage.with("admin_token=open-sesame");

    @RegisterExtension
    static final Stage everywhere = Stage.with("host=0.0.0.0", "admin_token=open-sesame", "metrics.open=true");

    @Test
    void programOnThisMachine_isAdministrator() {
        store(stage);

        assertEquals(200, stage.anonymous().get("/v1/cache/entries?principal=*").status());
        assertEquals(200, stage.anonymous().get("/metrics").status());
    }

    @Test
    void token_isRequiredWhereThereIsOne() {
        store(tokened);

        assertEquals(
                403, tokened.anonymous().get("/v1/cache/entries?principal=*").status());
        assertEquals(403, tokened.anonymous().get("/metrics").status());
        assertEquals(
                200,
                tokened.anonymous()
                        .get("/v1/cache/entries?principal=*", "x-reprise-admin", "open-sesame")
                        .status());
        assertEquals(
                200,
                tokened.anonymous()
                        .get("/metrics", "x-reprise-admin", "open-sesame")
                        .status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"open-sesam", "open-sesame1", "OPEN-SESAME", "", "Bearer open-sesame"})
    void wrongToken_isNone(String token) {
        Answer answer = tokened.caller().get("/v1/cache/entries?principal=*", "x-reprise-admin", token);

        assertEquals(403, answer.status());
        assertEquals("application/problem+json", answer.header("content-type"));
        assertFalse(answer.text().contains("sesame"));
    }

    @Test
    void token_isNoCredential() {
        assertEquals(
                403,
                tokened.anonymous()
                        .with("authorization", "Bearer open-sesame")
                        .get("/metrics")
                        .status());
    }

    @Test
    void administrator_seesAllEntriesAndNumbers() {
        String id = store(tokened);
        WireCaller admin = tokened.anonymous().with("x-reprise-admin", "open-sesame");

        assertTrue(admin.get("/v1/cache/entries?principal=*").text().contains(id));
        assertEquals(200, admin.get("/v1/cache/entries/" + id + "?principal=*").status());
        assertEquals(404, admin.get("/v1/cache/entries/" + id).status());
        assertTrue(admin.get("/v1/cache/stats").json().path("entries").asInt() >= 1);
        assertTrue(admin.get("/").text().contains("Numbers of all principals"));
    }

    @Test
    void administratorWithAKey_hasItsOwnNumbersUnlessItAsksForAll() {
        WireCaller admin = tokened.caller().with("x-reprise-admin", "open-sesame");
        tokened.anonymous()
                .with("x-api-key", "somebody")
                .post("/v1/cache/lookup", Chats.object().put("prompt", "x"));

        assertEquals(0, admin.get("/v1/savings").json().at("/total/calls").asInt());
        assertTrue(
                admin.get("/v1/savings?principal=*").json().at("/total/calls").asInt() > 0);
    }

    @Test
    void administrator_deletesAcrossPrincipals() {
        String id = store(tokened);
        WireCaller admin = tokened.anonymous().with("x-reprise-admin", "open-sesame");

        assertEquals(404, admin.delete("/v1/cache/entries/" + id).status());
        assertEquals(
                204, admin.delete("/v1/cache/entries/" + id + "?principal=*").status());
        assertEquals(404, tokened.caller().get("/v1/cache/entries/" + id).status());
    }

    @Test
    void administratorWhoNamesAPrincipal_seesThatOne() {
        tokened.anonymous()
                .post("/v1/cache/entries", Chats.object().put("prompt", "a").put("completion", "b"));
        store(tokened);

        JsonNode anonymous = tokened.caller()
                .get("/v1/cache/entries?principal=anonymous", "x-reprise-admin", "open-sesame")
                .json();

        assertEquals(1, anonymous.path("entries").size());
        tokened.anonymous().delete("/v1/cache/entries?all=true");
    }

    @Test
    void pageOfAnotherSite_isNoAdministrator() {
        assertEquals(
                403,
                stage.anonymous()
                        .get("/metrics", "origin", "https://evil.example")
                        .status());
        assertEquals(403, stage.anonymous().get("/metrics", "origin", "null").status());
        assertEquals(
                403,
                stage.anonymous()
                        .get("/metrics", "origin", "http://localhost:1")
                        .status());
        assertEquals(
                200,
                stage.anonymous()
                        .get("/metrics", "origin", stage.server().url())
                        .status());
    }

    @Test
    void requestUnderAnotherName_isNoAdministrators() {
        for (String host : new String[] {
            "rebound.example", "rebound.example:" + stage.server().port(), "127.0.0.1.example"
        }) {
            try (var connection = new RawConnection(stage.server().port())) {
                connection.head("GET /metrics HTTP/1.1", "host: " + host);
                assertEquals(403, connection.answer().status(), host);
            }
        }
        for (String host :
                new String[] {"localhost", "LOCALHOST:" + stage.server().port(), "[::1]:80", "127.0.0.1"}) {
            try (var connection = new RawConnection(stage.server().port())) {
                connection.head("GET /metrics HTTP/1.1", "host: " + host);
                assertEquals(200, connection.answer().status(), host);
            }
        }
    }

    @Test
    void requestThroughAProxy_isNoAdministrators() {
        assertEquals(
                403,
                stage.anonymous()
                        .get("/metrics", "x-forwarded-for", "127.0.0.1")
                        .status());
        assertEquals(
                403,
                stage.anonymous().get("/metrics", "forwarded", "for=127.0.0.1").status());
    }

    @Test
    void loopbackCaller_isNoAdministratorWhereTheServerListensBeyond() {
        assertEquals(
                403, everywhere.anonymous().get("/v1/cache/entries?principal=*").status());
        assertEquals(
                200,
                everywhere
                        .anonymous()
                        .get("/v1/cache/entries?principal=*", "x-reprise-admin", "open-sesame")
                        .status());
    }

    @Test
    void openMetrics_needNoAdministrator() {
        assertEquals(200, everywhere.anonymous().get("/metrics").status());
    }

    @Test
    void listeningBeyondLoopbackWithoutAToken_isRefused(@TempDir Path data) {
        assertThrows(ConfigException.class, () -> RunningServer.config(data, "http://127.0.0.1:1", "host=0.0.0.0"));
    }

    private static String store(Stage where) {
        return where.caller()
                .post(
                        "/v1/cache/entries",
                        Chats.object().put("prompt", Chats.QUESTION).put("completion", "mine"))
                .json()
                .path("id")
                .asText();
    }
}
