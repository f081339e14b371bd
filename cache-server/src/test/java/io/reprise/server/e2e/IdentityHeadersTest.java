package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.upstream.Credentials;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever upstream may tell two callers by keeps them apart here, on every route. */
class IdentityHeadersTest {
    private static final String ENTRIES = "/v1/cache/entries";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private String own;

    @BeforeEach
    void nobodysEntries() {
        own = "K-" + stage.key() + "-";
        stage.anonymous().delete(ENTRIES + "?all=true");
    }

    static Stream<String> everyHeader() {
        // The JDK's client sends this one to proxies alone.
        return Credentials.headers().stream()
                .filter(name -> !name.equals("proxy-authorization"))
                .sorted();
    }

    @Test
    void anotherProxyAuthorization_isAnotherCaller() {
        String body = "{\"prompt\":\"Whose?\",\"completion\":\"%s\"}".formatted(own);
        String length = "content-length: " + body.length();
        assertEquals(
                201,
                raw("POST", "alice", body, length, "content-type: application/json")
                        .status());

        assertEquals(1, raw("GET", "alice", "", "x-a: b").json().path("entries").size());
        assertEquals(0, raw("GET", "bob", "", "x-a: b").json().path("entries").size());
    }

    private Answer raw(String method, String who, String body, String... more) {
        try (var connection = new RawConnection(stage.server().port())) {
            String[] head = {
                method + " " + ENTRIES + " HTTP/1.1", "host: localhost", "proxy-authorization: Basic " + own + who
            };
            String[] lines = Stream.concat(Stream.of(head), Stream.of(more)).toArray(String[]::new);
            return connection.head(lines).body(body).answer();
        }
    }

    @ParameterizedTest
    @MethodSource("everyHeader")
    void anotherValue_isAnotherCaller(String header) {
        WireCaller alice = stage.anonymous().with(header, own + "alice");
        WireCaller bob = stage.anonymous().with(header, own + "bob");

        assertApart(alice, bob);
        assertApart(alice, stage.anonymous());
    }

    @ParameterizedTest
    @MethodSource("everyHeader")
    void anotherValueBesideTheSameKey_isAnotherCaller(String header) {
        String beside = header.equals("x-api-key") ? "api-key" : "x-api-key";
        WireCaller same = stage.anonymous().with(beside, own + "same");

        assertApart(same.with(header, own + "alice"), same.with(header, own + "bob"));
        assertApart(same.with(header, own + "carol"), same);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key",
                "api-key",
                "api_key",
                "apikey",
                "API-Key",
                "subscription-key",
                "access_token",
                "token",
                "code",
                "k%65y"
            })
    void anotherKeyInTheQuery_isAnotherCaller(String parameter) {
        assertEquals("miss", lookedUp(stage.anonymous(), "?" + parameter + "=" + own + "alice"));
        assertEquals("hit", lookedUp(stage.anonymous(), "?" + parameter + "=" + own + "alice"));
        assertEquals("miss", lookedUp(stage.anonymous(), "?" + parameter + "=" + own + "bob"));
        assertEquals(1, listed(stage.anonymous(), ENTRIES + "?" + parameter + "=" + own + "alice"));
        assertEquals(0, listed(stage.anonymous(), ENTRIES + "?" + parameter + "=" + own + "carol"));
        assertEquals(0, listed(stage.anonymous(), ENTRIES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWSALB",
                "AWSALBCORS",
                "AWSELB",
                "ARRAffinity",
                "ARRAffinitySameSite",
                "__cf_bm",
                "__cfruid",
                "_cfuvid",
                "SERVERID",
                "route",
                "GCLB",
                "lb",
                "BIGipServerpool"
            })
    void balancersCookieBesideAKey_changesNothing(String cookie) {
        WireCaller caller = stage.caller();
        assertEquals("miss", outcome(caller.with("cookie", cookie + "=1"), Chats.QUESTION));
        assertEquals("exact", outcome(caller.with("cookie", cookie + "=2"), Chats.QUESTION));
        assertEquals("exact", outcome(caller, Chats.QUESTION));
        assertEquals("miss", outcome(caller.with("cookie", cookie + "=2; session=a"), Chats.QUESTION));
        assertEquals("exact", outcome(caller.with("cookie", "session=a; " + cookie + "=3"), Chats.QUESTION));
        assertApart(
                stage.anonymous().with("cookie", cookie + "=" + own + "1"),
                stage.anonymous().with("cookie", cookie + "=" + own + "2"));
    }

    @Test
    void orderOfCookies_changesNothing() {
        WireCaller caller = stage.anonymous();
        assertEquals("miss", outcome(caller.with("cookie", "a=" + own + "; b=2"), Chats.QUESTION));
        assertEquals("exact", outcome(caller.with("cookie", "b=2;a=" + own), Chats.QUESTION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user-agent", "x-request-id", "accept-language", "x-forwarded-for", "x-stainless-lang"})
    void otherHeader_changesNothing(String header) {
        assertEquals("miss", outcome(stage.caller().with(header, "a"), Chats.QUESTION));
        assertEquals("exact", outcome(stage.caller().with(header, "b"), Chats.QUESTION));
    }

    @Test
    void schemesOtherThanBearer_areOthers() {
        WireCaller caller = stage.anonymous();
        assertApart(caller.with("authorization", "Basic " + own), caller.with("authorization", "Bearer " + own));
        assertApart(caller.with("authorization", "Basic " + own), caller.with("x-api-key", own));
    }

    /** One line of a header must not look like that of another. */
    @Test
    void nameOfAProxysHeaderInAKey_isAKey() {
        WireCaller caller = stage.anonymous();
        assertApart(caller.with("x-forwarded-user", own), caller.with("authorization", "x-forwarded-user: " + own));
    }

    private static void assertApart(WireCaller alice, WireCaller bob) {
        clear(alice);
        clear(bob);
        assertEquals("miss", outcome(alice, Chats.QUESTION));
        assertEquals("exact", outcome(alice, Chats.QUESTION));
        String id = alice.post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-entry");
        assertFalse(id.isEmpty());
        alice.post(Embeddings.PATH, Embeddings.of("a text"));
        ObjectNode lookup = Chats.object().put("prompt", Chats.QUESTION).put("model", Chats.MODEL);

        assertEquals(
                "miss",
                bob.post("/v1/cache/lookup", lookup).json().path("outcome").asText());
        assertEquals(404, bob.get(ENTRIES + "/" + id).status());
        assertEquals(404, bob.delete(ENTRIES + "/" + id).status());
        assertEquals(0, listed(bob, ENTRIES));
        assertEquals(
                1,
                bob.get("/v1/cache/export")
                        .text()
                        .lines()
                        .filter(line -> line.contains("\"end\""))
                        .count());
        assertFalse(bob.get("/v1/cache/export").text().contains(id));
        assertEquals(0, bob.delete(ENTRIES + "?all=true").json().path("deleted").asInt(-1));
        assertEquals("miss", outcome(bob, Chats.PARAPHRASE));
        clear(bob);
        assertEquals("miss", outcome(bob, Chats.QUESTION));
        assertEquals("miss", bob.post(Embeddings.PATH, Embeddings.of("a text")).header("x-reprise-outcome"));
        assertEquals(200, alice.get(ENTRIES + "/" + id).status());
        clear(alice);
        clear(bob);
    }

    private static void clear(WireCaller caller) {
        caller.delete(ENTRIES + "?all=true");
    }

    private static String lookedUp(WireCaller caller, String query) {
        String body = Chats.object().put("prompt", Chats.QUESTION).toString();
        String outcome = caller.post("/v1/cache/lookup" + query, body)
                .json()
                .path("outcome")
                .asText();
        caller.post(
                ENTRIES + query, Chats.object().put("prompt", Chats.QUESTION).put("completion", "x"));
        return outcome;
    }

    private static int listed(WireCaller caller, String path) {
        return caller.get(path).json().path("entries").size();
    }

    private static String outcome(WireCaller caller, String question) {
        return caller.post(Chats.PATH, Chats.asking(question)).header("x-reprise-outcome");
    }
}
