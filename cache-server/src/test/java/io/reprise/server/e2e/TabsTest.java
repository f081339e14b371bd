package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.ClosedPort;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.WebSocketUpstream;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call of every route opens one tab, and every tab is settled, however its call ends. */
class TabsTest {
    private static final WebSocketUpstream sockets = WebSocketUpstream.start();
    private static final ClosedPort nobody = ClosedPort.reserve();

    @RegisterExtension
    static final Stage stage = Stage.with("streams.finish_abandoned_ms=0");

    @RegisterExtension
    static final Stage unreachable = Stage.with("upstream.openai.url=" + nobody.url(), "upstream.retries.max=0");

    @RegisterExtension
    static final Stage speaking = Stage.with("upstream.openai.url=" + sockets.url());

    @RegisterExtension
    static final Stage named = Stage.with("principals.mode=header", "principals.header=x-user");

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int BEFORE_HEAD = -1;
    private static final String MESSAGES = "/v1/messages";

    private final Gate gate = new Gate();

    @AfterAll
    static void stop() {
        sockets.close();
        nobody.close();
    }

    /** Opened and settled tabs of a server so far. */
    private record Tabs(double opened, double settled) {
        static Tabs of(Stage at) {
            return new Tabs(
                    at.anonymous().metric("reprise_calls_opened_total"),
                    at.anonymous().metric("reprise_calls_settled_total"));
        }
    }

    private interface Calls {
        void make() throws Exception;
    }

    private static void assertTabs(Stage at, int calls, Calls making) throws Exception {
        Tabs before = Tabs.of(at);
        assertEquals(before.opened(), before.settled(), "settled before");
        making.make();
        Eventually.await(SOON, () -> {
            Tabs after = Tabs.of(at);
            return after.opened() == before.opened() + calls && after.settled() == after.opened();
        });
        assertEquals(new Tabs(before.opened() + calls, before.settled() + calls), Tabs.of(at));
    }

    static Stream<String> bodies() {
        return Stream.of(
                Chats.asking(Chats.QUESTION).toString(),
                Chats.streaming(Chats.QUESTION).toString(),
                "{}",
                "{\"model\":\"gpt-4o\",\"messages\":7}",
                "no JSON",
                "",
                "{\"model\":\"gpt-4o\",\"model\":\"gpt-4o\"}");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void whateverIsSent_isSettled(String body) throws Exception {
        List<String> routes = List.of(
                Chats.PATH, "/v1/completions", "/v1/responses", MESSAGES, Embeddings.PATH, "/v1/images/generations");
        assertTabs(
                stage,
                2 * routes.size(),
                () -> routes.forEach(route -> {
                    stage.caller().post(route, body);
                    stage.caller().post(route, body);
                }));
    }

    @Test
    void hitsMissesAndBypasses_areSettled() throws Exception {
        assertTabs(stage, 5, () -> {
            assertEquals("miss", outcome(stage.caller().post(Chats.PATH, Chats.asking("A"))));
            assertEquals("exact", outcome(stage.caller().post(Chats.PATH, Chats.asking("A"))));
            assertEquals("exact", outcome(stage.caller().post(Chats.PATH, Chats.streaming("A"))));
            assertEquals(
                    "bypass", outcome(stage.caller().post(Chats.PATH, Chats.asking("A"), "x-reprise-mode", "off")));
            Answer none = stage.caller().post(Chats.PATH, Chats.asking("B"), "cache-control", "only-if-cached");
            assertEquals(504, none.status());
        });
    }

    private static String outcome(Answer answer) {
        return answer.header("x-reprise-outcome");
    }

    @Test
    void nativeLookups_areSettled() throws Exception {
        assertTabs(stage, 3, () -> {
            stage.caller().post("/v1/cache/lookup", "{\"prompt\":\"What is the capital of France?\"}");
            stage.caller().post("/v1/cache/lookup", "{\"prompt\":7}");
            stage.caller().post("/v1/cache/lookup", "no JSON");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.PATH, "/v1/completions", "/v1/responses", Embeddings.PATH, "/v1/models"})
    void upstreamThatCannotBeReached_isSettled(String route) throws Exception {
        assertTabs(
                unreachable,
                1,
                () -> assertEquals(
                        502,
                        unreachable
                                .caller()
                                .post(
                                        route,
                                        Chats.asking(Chats.QUESTION)
                                                .put("input", "a")
                                                .put("prompt", "a"))
                                .status()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void upstreamThatFails_isSettled(boolean streams) throws Exception {
        assertTabs(stage, 1, () -> {
            stage.upstream().answer(Reply.of(ApiError.serverError()));
            stage.caller().post(Chats.PATH, streams ? Chats.streaming("A") : Chats.asking("A"));
        });
    }

    /** Cut before the head, after the head, and within the events or the object. */
    @ParameterizedTest
    @ValueSource(ints = {BEFORE_HEAD, 0, 1, 3})
    void upstreamThatBreaksOff_isSettled(int afterPieces) throws Exception {
        assertTabs(stage, 3, () -> {
            stage.upstream().answer(Reply.text("One two three four five").resetting(afterPieces));
            post(stage.caller(), Chats.PATH, Chats.streaming("A").toString());
            post(stage.caller(), Chats.PATH, Chats.asking("A").toString());
            post(stage.caller(), "/v1/images/generations", "{}");
        });
    }

    /** A stream that breaks off breaks the client's off too. */
    private static void post(WireCaller caller, String path, String body) {
        try {
            caller.post(path, body);
        } catch (UncheckedIOException brokenOff) {
            assertTrue(brokenOff.getMessage() != null);
        }
    }

    @Test
    void clientThatLeavesAStream_isSettled() throws Exception {
        assertTabs(stage, 1, () -> {
            stage.upstream().answer(Reply.text("One two three four five").stalling(3, gate));
            HttpResponse<InputStream> response = stage.caller().open(Chats.PATH, Chats.streaming("A"));
            try (InputStream body = response.body()) {
                assertTrue(body.read() >= 0);
            }
            stage.upstream().log().awaitClientsGone(1, SOON);
            gate.open();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {BEFORE_HEAD, 1})
    void clientThatLeavesBeforeAnAnswerOrWithinIt_isSettled(int afterPieces) throws Exception {
        assertTabs(stage, 1, () -> {
            stage.upstream().answer(Reply.text("One two three").stalling(afterPieces, gate));
            RawConnection connection = ask(Chats.PATH, Chats.asking("A").toString(), 0);
            gate.awaitArrival(SOON);
            connection.close();
            stage.upstream().log().awaitClientsGone(1, SOON);
            gate.open();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.PATH, Embeddings.PATH, MESSAGES, "/v1/files"})
    void clientThatLeavesWithinItsRequest_isSettled(String route) throws Exception {
        assertTabs(stage, 1, () -> ask(route, "{\"a\":", 1000).close());
    }

    private static RawConnection ask(String route, String body, int missing) {
        return new RawConnection(stage.server().port())
                .head(
                        "POST " + route + " HTTP/1.1",
                        "host: localhost",
                        "authorization: Bearer " + stage.key(),
                        "content-length: " + (body.length() + missing))
                .body(body);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsThatShareAnAnswer_areSettledEach(boolean streams) throws Exception {
        String body = (streams ? Chats.streaming("A") : Chats.asking("A")).toString();
        assertTabs(stage, 10, () -> {
            stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate));
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<CompletableFuture<Answer>> calls = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    calls.add(CompletableFuture.supplyAsync(() -> stage.caller().post(Chats.PATH, body), threads));
                }
                Eventually.await(SOON, () -> stage.anonymous().metric("reprise_calls_waiting") == 9);
                gate.open();
                calls.forEach(call -> assertEquals(200, call.join().status()));
            }
        });
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void embeddings_areSettled() throws Exception {
        assertTabs(stage, 4, () -> {
            stage.caller().post(Embeddings.PATH, Embeddings.of("a"));
            stage.caller().post(Embeddings.PATH, Embeddings.of("a", "b"));
            stage.caller().post(Embeddings.PATH, Embeddings.of("a"));
            stage.upstream().answer(Reply.of(ApiError.serverError()));
            stage.caller().post(Embeddings.PATH, Embeddings.of("a", "c"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.PATH, Embeddings.PATH, "/v1/models", "/v1/cache/lookup"})
    void callerWhoIsNotNamed_isRefusedAndSettled(String route) throws Exception {
        assertTabs(
                named,
                1,
                () -> assertEquals(
                        401, named.caller().post(route, Chats.asking("A")).status()));
    }

    @Test
    void valuesThatAreRefused_areSettled() throws Exception {
        assertTabs(stage, 2, () -> {
            assertEquals(
                    400,
                    stage.caller()
                            .post(Chats.PATH, Chats.asking("A"), "x-reprise-ttl", "x")
                            .status());
            assertEquals(
                    400,
                    stage.caller()
                            .post(Embeddings.PATH, Embeddings.of("a"), "x-reprise-ttl", "x")
                            .status());
        });
    }

    @Test
    void webSocket_isSettledWhenItIsClosed() throws Exception {
        Tabs before = Tabs.of(speaking);
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create(speaking.server().url().replace("http", "ws") + "/v1/realtime?model=m"),
                        new WebSocket.Listener() {})
                .join();

        assertEquals(new Tabs(before.opened() + 1, before.settled()), Tabs.of(speaking));
        socket.abort();

        Eventually.await(SOON, () -> Tabs.of(speaking).settled() == before.settled() + 1);
    }

    @Test
    void requestId_isTheCallersAndGoesUpstream() {
        Answer answer = stage.caller().post(Chats.PATH, Chats.asking("A"), "x-request-id", "mine-1");

        assertEquals(List.of("mine-1"), answer.headerValues("x-request-id"));
        assertTrue(answer.header("x-reprise-upstream-request-id").startsWith("req_"), answer::toString);
        assertEquals(List.of("mine-1"), upstreamsRequestIds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "Grüße"})
    void requestIdThatIsNone_isReplaced(String sent) {
        Answer answer = stage.caller().post(Chats.PATH, Chats.asking("A"), "x-request-id", sent);

        String made = answer.header("x-request-id");
        assertNotEquals(sent, made);
        assertTrue(made.matches("[!-~]{1,128}"), made);
        assertEquals(List.of(made), upstreamsRequestIds());
    }

    @Test
    void requestId_isInEveryKindOfAnswer() {
        stage.caller().post(Chats.PATH, Chats.asking("A"));
        WireCaller caller = stage.caller().with("x-request-id", "mine-2");

        Stream.of(
                        caller.post(Chats.PATH, Chats.asking("A")),
                        caller.post(Chats.PATH, Chats.streaming("A")),
                        caller.post(Embeddings.PATH, Embeddings.of("a")),
                        caller.get("/v1/models"),
                        caller.post("/v1/cache/lookup", "{\"prompt\":\"A\"}"),
                        caller.post(Chats.PATH, Chats.asking("A"), "x-reprise-ttl", "x"))
                .forEach(answer -> assertEquals(List.of("mine-2"), answer.headerValues("x-request-id")));
    }

    private static List<String> upstreamsRequestIds() {
        return stage.upstream().log().requests().getFirst().headerValues("x-request-id");
    }
}
