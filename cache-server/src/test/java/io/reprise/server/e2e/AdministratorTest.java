package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may look across principals: the holder of the token alone. */
class AdministratorTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage tokened = Stage.with("admin_token=open-sesame");

    @RegisterExtension
    static final Stage everywhere = Stage.with("host=0.0.0.0");

    @RegisterExtension
    static final Stage openEverywhere = Stage.with("host=0.0.0.0", "metrics.open=true");

    /** A proxy on this machine may pass on anybody's request, and need not say so. */
    @Test
    void requestFromThisMachine_isNoAdministrators() {
        store(stage);

        for (String path : new String[] {
            "/v1/cache/entries?principal=*",
            "/v1/cache/export?principal=*",
            "/v1/cache/stats?principal=*",
            "/v1/savings?principal=*"
        }) {
            assertEquals(403, stage.anonymous().get(path).status(), path);
            assertEquals(200, stage.administrator().get(path).status(), path);
        }
        assertEquals(
                403,
                stage.anonymous()
                        .delete("/v1/cache/entries?all=true&principal=*")
                        .status());
    }

    @Test
    void tokenThatTheServerMade_isItsOwnersAlone() throws IOException {
        Path file = stage.data().resolve("admin.token");

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertTrue(Files.readString(file).strip().matches("[0-9a-f]{64}"));
    }

    @Test
    void tokenThatTheServerMade_staysAfterARestart(@TempDir Path data) throws IOException {
        String[] tokens = new String[2];
        for (int i = 0; i < 2; i++) {
            try (RunningServer server = RunningServer.start(data, "http://127.0.0.1:1", Clock.systemUTC())) {
                assertTrue(server.port() > 0);
                tokens[i] = Files.readString(data.resolve("admin.token"));
            }
        }
        assertEquals(tokens[0], tokens[1]);
    }

    @Test
    void configuredToken_makesNone() {
        assertFalse(Files.exists(tokened.data().resolve("admin.token")));
        assertEquals(
                403, tokened.anonymous().get("/v1/cache/entries?principal=*").status());
        assertEquals(
                200,
                tokened.anonymous()
                        .get("/v1/cache/entries?principal=*", "x-reprise-admin", "open-sesame")
                        .status());
    }

    @Test
    void twoTokens_areNone() {
        try (var connection = new RawConnection(tokened.server().port())) {
            connection.head(
                    "GET /v1/cache/entries?principal=* HTTP/1.1",
                    "host: localhost",
                    "x-reprise-admin: open-sesame",
                    "x-reprise-admin: other");
            assertEquals(403, connection.answer().status());
        }
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
                        .get("/v1/cache/entries?principal=*")
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
    void metrics_areTheAdministratorsBeyondLoopbackAlone() {
        assertEquals(200, stage.anonymous().get("/metrics").status());
        assertEquals(403, everywhere.anonymous().get("/metrics").status());
        assertEquals(200, everywhere.administrator().get("/metrics").status());
        assertEquals(200, openEverywhere.anonymous().get("/metrics").status());
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
