package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers see their own entries and numbers alone, on every route; only configuration lets them share. */
class PrincipalsTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage single = Stage.with("principals.mode=single");

    @RegisterExtension
    static final Stage trusting = Stage.with("principals.mode=header", "principals.header=x-team");

    @RegisterExtension
    static final Stage named = Stage.with(
            "principals.credentials." + sha256("sk-rotated-1") + "=team-a",
            "principals.credentials." + sha256("sk-rotated-2") + "=team-a");

    private WireCaller mine;
    private WireCaller theirs;
    private String id;

    @BeforeEach
    void storeOneEntry() {
        mine = stage.caller();
        theirs = stage.anonymous().with("authorization", "Bearer other-" + stage.key());
        mine.post(Chats.PATH, Chats.asking(Chats.QUESTION));
        id = mine.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-entry");
        assertFalse(id.isEmpty());
    }

    @Test
    void lookupOfAnother_misses() {
        for (String question : new String[] {Chats.QUESTION, Chats.PARAPHRASE}) {
            JsonNode found = theirs.post(
                            "/v1/cache/lookup",
                            Chats.object().put("prompt", question).put("model", Chats.MODEL))
                    .json();
            assertEquals("no_candidate", found.path("reason").asText(), found.toString());
        }
    }

    @Test
    void dropInCallOfAnother_misses() {
        assertEquals(
                "miss", theirs.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
        assertEquals(
                "miss",
                theirs.post(Chats.PATH, Chats.asking(Chats.PARAPHRASE), "x-reprise-mode", "shadow")
                        .header("x-reprise-outcome"));
    }

    @Test
    void listOfAnother_isEmpty() {
        assertEquals(1, mine.get("/v1/cache/entries").json().path("entries").size());
        assertEquals(0, theirs.get("/v1/cache/entries").json().path("entries").size());
        assertEquals(
                0,
                theirs.get("/v1/cache/entries?q=password")
                        .json()
                        .path("entries")
                        .size());
    }

    @Test
    void entryOfAnother_isNotThere() {
        assertEquals(200, mine.get("/v1/cache/entries/" + id).status());
        assertEquals(404, theirs.get("/v1/cache/entries/" + id).status());
        assertEquals(404, theirs.delete("/v1/cache/entries/" + id).status());
        assertEquals(200, mine.get("/v1/cache/entries/" + id).status());
    }

    @Test
    void deleteOfAnother_leavesTheEntry() {
        for (String filter : new String[] {"all=true", "namespace=default", "model=" + Chats.MODEL}) {
            assertEquals(
                    0,
                    theirs.delete("/v1/cache/entries?" + filter)
                            .json()
                            .path("deleted")
                            .asInt());
        }
        assertEquals(200, mine.get("/v1/cache/entries/" + id).status());
    }

    @Test
    void sameStoreOfAnother_isAnotherEntry() {
        JsonNode stored = theirs.post(
                        "/v1/cache/entries",
                        Chats.object()
                                .put("prompt", Chats.QUESTION)
                                .put("model", Chats.MODEL)
                                .put("completion", "theirs"))
                .json();

        assertFalse(stored.path("replaced").asBoolean());
        assertFalse(stored.path("id").asText().equals(id));
    }

    @Test
    void numbersOfAnother_areItsOwn() {
        JsonNode stats = theirs.get("/v1/cache/stats").json();
        JsonNode savings = theirs.get("/v1/savings").json();

        assertEquals(0, stats.path("entries").asInt());
        assertEquals(0, stats.at("/hits/exact").asInt());
        assertEquals(0, savings.at("/total/calls").asInt());
        assertEquals(2, mine.get("/v1/savings").json().at("/total/calls").asInt());
    }

    @Test
    void sameKeyInEitherHeader_isOnePrincipal() {
        WireCaller byApiKey = stage.anonymous().with("x-api-key", stage.key());
        WireCaller byBoth = stage.caller().with("x-api-key", stage.key());
        WireCaller lowerCase = stage.anonymous().with("Authorization", "bearer  " + stage.key());

        for (WireCaller caller : new WireCaller[] {byApiKey, byBoth, lowerCase}) {
            assertEquals(
                    "exact",
                    caller.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
        }
    }

    @Test
    void twoDifferentKeysAtOnce_areAnotherPrincipal() {
        WireCaller both = mine.with("x-api-key", "another");

        assertEquals(0, both.get("/v1/cache/entries").json().path("entries").size());
    }

    @Test
    void noKey_isAPrincipalOfItsOwn() {
        WireCaller nobody = stage.anonymous();
        nobody.delete("/v1/cache/entries?all=true");
        assertEquals(0, nobody.get("/v1/cache/entries").json().path("entries").size());

        nobody.post(
                "/v1/cache/entries",
                Chats.object().put("prompt", "Whose is this?").put("completion", "Nobody's."));

        assertEquals(1, nobody.get("/v1/cache/entries").json().path("entries").size());
        assertEquals(1, mine.get("/v1/cache/entries").json().path("entries").size());
        nobody.delete("/v1/cache/entries?all=true");
    }

    @Test
    void principalInTheQuery_isForAdministratorsAlone() {
        for (String path :
                new String[] {"/v1/cache/entries", "/v1/cache/stats", "/v1/savings", "/v1/cache/entries/" + id}) {
            assertEquals(403, theirs.get(path + "?principal=*").status(), path);
            assertEquals(403, theirs.get(path + "?principal=anonymous").status(), path);
        }
        assertEquals(
                403, theirs.delete("/v1/cache/entries?all=true&principal=*").status());
        assertEquals(
                403, theirs.delete("/v1/cache/entries/" + id + "?principal=*").status());
    }

    @Test
    void singleMode_letsAllShare() {
        single.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        for (WireCaller other :
                new WireCaller[] {single.anonymous(), single.anonymous().with("x-api-key", "x")}) {
            assertEquals(
                    "semantic",
                    other.post(Chats.PATH, Chats.asking(Chats.PARAPHRASE)).header("x-reprise-outcome"));
        }
        assertEquals(1, single.upstreamCalls());
    }

    @Test
    void headerMode_takesTheTrustedName() {
        WireCaller teamA = trusting.caller().with("x-team", "a");
        teamA.post(Chats.PATH, Chats.asking(Chats.QUESTION));

        WireCaller sameTeamOtherKey = trusting.anonymous().with("x-api-key", "rotated", "x-team", " a ");
        WireCaller otherTeam = trusting.caller().with("x-team", "b");
        assertEquals(
                "exact",
                sameTeamOtherKey.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
        assertEquals(
                "miss", otherTeam.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1/chat/completions",
                "POST /v1/messages",
                "POST /v1/responses",
                "POST /v1/completions",
                "POST /v1/embeddings",
                "GET /v1/files",
                "POST /v1/cache/lookup",
                "GET /v1/cache/entries",
                "GET /v1/cache/export",
                "GET /v1/savings"
            })
    void headerMode_refusesTwoNamesAndNone(String route) {
        String body = "{\"model\":\"m\",\"input\":\"a\",\"prompt\":\"a\",\"max_tokens\":9,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
        String[][] names = {{}, {"x-team:"}, {"x-team: a", "x-team: b"}, {"x-team: a", "X-Team: a"}};
        for (int i = 0; i < names.length; i++) {
            List<String> lines = new ArrayList<>(
                    List.of(route + " HTTP/1.1", "host: localhost", "authorization: Bearer k", "x-forwarded-user: a"));
            lines.addAll(List.of(names[i]));
            lines.add("content-type: application/json");
            lines.add("content-length: " + body.length());
            try (var connection = new RawConnection(trusting.server().port())) {
                connection.head(lines.toArray(String[]::new)).body(body);
                Answer answer = connection.answer();
                assertEquals(i < 2 ? 401 : 400, answer.status(), route);
                boolean ours = route.contains("cache") || route.contains("savings");
                assertEquals(ours ? "application/problem+json" : "application/json", answer.header("content-type"));
                assertEquals(!ours, answer.json().path("error").has("type"));
            }
        }
        assertEquals(0, trusting.upstreamCalls());
    }

    @Test
    void headerMode_letsTheAdministratorGoWithoutAName() {
        assertEquals(
                200,
                trusting.administrator().get("/v1/cache/export?principal=*").status());
        assertEquals(200, trusting.anonymous().get("/health/live").status());
        assertEquals(200, trusting.anonymous().get("/metrics").status());
    }

    @Test
    void namedCredentials_shareAndOthersDoNot() {
        WireCaller first = named.anonymous().with("authorization", "Bearer sk-rotated-1");
        WireCaller second = named.anonymous().with("x-api-key", "sk-rotated-2");
        first.post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(
                "exact", second.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
        assertEquals(
                "miss",
                named.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
        assertEquals(
                "miss",
                named.anonymous()
                        .with("authorization", "Bearer team-a")
                        .post(Chats.PATH, Chats.asking(Chats.QUESTION))
                        .header("x-reprise-outcome"));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
