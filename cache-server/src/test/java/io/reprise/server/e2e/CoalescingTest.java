package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Equal calls at once make one call upstream, and each gets its answer. */
class CoalescingTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage small = Stage.with("limits.response_bytes=65536");

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int BEFORE_HEAD = -1;
    private static final int MANY = 1000;
    private static final Pattern WAITING = Pattern.compile("^reprise_calls_waiting (\\d+)", Pattern.MULTILINE);

    private final Gate gate = new Gate();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        gate.open();
        threads.close();
    }

    @Test
    void thousandEqualCallsAtOnce_makeOneCallUpstream() {
        stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate));
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            calls.add(ask(Chats.asking(Chats.QUESTION)));
        }
        awaitWaiting(MANY - 1);
        gate.open();

        List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();

        assertEquals(1, stage.upstreamCalls());
        assertEquals(1, count(answers, "miss"));
        assertEquals(MANY - 1, count(answers, "coalesced"));
        assertEquals(1, answers.stream().map(Answer::text).distinct().count());
    }

    @Test
    void coalescedCall_saysSo() {
        Answer answer = leaderAndFollower(Chats.asking(Chats.QUESTION), Chats.asking(Chats.QUESTION))
                .get(1);

        assertEquals("reprise; fwd=miss; collapsed", answer.header("cache-status"));
        assertEquals("ok", answer.json().at("/choices/0/message/content").asText());
    }

    @Test
    void callAfterwards_isAnExactHit() {
        leaderAndFollower(Chats.asking(Chats.QUESTION), Chats.asking(Chats.QUESTION));

        assertEquals(
                "exact",
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
    }

    @Test
    void coalescedCall_isBookedAsSavedAndTheOtherAsSpent() {
        leaderAndFollower(Chats.asking(Chats.QUESTION), Chats.asking(Chats.QUESTION));

        var total = stage.caller().get("/v1/savings").json().path("total");

        assertEquals(1, total.path("coalesced").asInt());
        assertEquals(1, total.path("misses").asInt());
        assertEquals(total.path("spent_usd").asText(), total.path("saved_usd").asText());
    }

    @Test
    void followerOfAStream_getsItFromTheBeginningAsItStreams() throws IOException {
        stage.upstream().answer(Reply.text("One two three four five").stalling(3, gate));
        HttpResponse<InputStream> leader = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));

        HttpResponse<InputStream> follower = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals(
                "coalesced", follower.headers().firstValue("x-reprise-outcome").orElse(""));
        // Its first bytes come before upstream has said the rest.
        assertEquals("data: {", new String(follower.body().readNBytes(7), StandardCharsets.UTF_8));
        gate.open();
        String followed = "data: {" + new String(follower.body().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(new String(leader.body().readAllBytes(), StandardCharsets.UTF_8), followed);
        assertTrue(followed.endsWith("data: [DONE]\n\n"), followed);
        assertEquals(1, stage.upstreamCalls());
    }

    /** Two strangers with one cookie would be one caller from then on. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cookieOfTheLeader_isNotTheFollowers(boolean stream) {
        ObjectNode body = stream ? Chats.streaming(Chats.QUESTION) : Chats.asking(Chats.QUESTION);
        stage.upstream()
                .answer(Reply.text("ok").withHeader("set-cookie", "session=a").stalling(BEFORE_HEAD, gate));
        CompletableFuture<Answer> one = ask(body);
        CompletableFuture<Answer> other = ask(body);
        awaitWaiting(1);
        gate.open();

        for (Answer answer : List.of(one.join(), other.join())) {
            boolean leads = "miss".equals(answer.header("x-reprise-outcome"));
            assertEquals(leads ? List.of("session=a") : List.of(), answer.headerValues("set-cookie"));
        }
    }

    @Test
    void followerThatWantsItWhole_getsTheStreamPutTogether() {
        Answer answer = leaderAndFollower(Chats.streaming(Chats.QUESTION), Chats.asking(Chats.QUESTION))
                .get(1);

        assertEquals("coalesced", answer.header("x-reprise-outcome"));
        assertEquals("chat.completion", answer.json().path("object").asText());
        assertEquals("ok", answer.json().at("/choices/0/message/content").asText());
    }

    @Test
    void followerThatWantsAStream_getsTheWholeAsEvents() {
        Answer answer = leaderAndFollower(Chats.asking(Chats.QUESTION), Chats.streaming(Chats.QUESTION))
                .get(1);

        assertEquals("coalesced", answer.header("x-reprise-outcome"));
        assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer.text());
    }

    @Test
    void usageInAStream_isForTheOneWhoAsked() {
        List<Answer> answers =
                leaderAndFollower(Chats.streamingWithUsage(Chats.QUESTION), Chats.streaming(Chats.QUESTION));

        assertTrue(answers.getFirst().text().contains("\"usage\":{"), answers.getFirst()::text);
        assertFalse(answers.getLast().text().contains("\"usage\""), answers.getLast()::text);
    }

    @Test
    void leaderThatLeaves_doesNotTakeTheAnswerAlong() {
        stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate));
        RawConnection leader = leaveable(Chats.asking(Chats.QUESTION));
        gate.awaitArrival(SOON);
        CompletableFuture<Answer> follower = ask(Chats.asking(Chats.QUESTION));
        awaitWaiting(1);

        leader.close();
        gate.open();

        assertEquals("coalesced", follower.join().header("x-reprise-outcome"));
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void leaderThatLeavesAStream_doesNotTakeTheRestAlong() throws IOException {
        stage.upstream().answer(Reply.text("One two three four five").stalling(3, gate));
        HttpResponse<InputStream> leader = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        HttpResponse<InputStream> follower = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));

        leader.body().close();
        gate.open();

        assertTrue(new String(follower.body().readAllBytes(), StandardCharsets.UTF_8).endsWith("data: [DONE]\n\n"));
        assertEquals(0, stage.upstream().log().counts().clientsGone());
    }

    @Test
    void callThatEverybodyLeft_endsUpstream() {
        stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate));
        RawConnection leader = leaveable(Chats.asking(Chats.QUESTION));
        gate.awaitArrival(SOON);
        RawConnection follower = leaveable(Chats.asking(Chats.QUESTION));
        awaitWaiting(1);

        leader.close();
        follower.close();

        stage.upstream().log().awaitClientsGone(1, SOON);
    }

    @Test
    void upstreamsError_isEverybodys() {
        stage.upstream().answer(Reply.of(ApiError.serverError()).stalling(BEFORE_HEAD, gate));
        CompletableFuture<Answer> leader = ask(Chats.asking(Chats.QUESTION));
        gate.awaitArrival(SOON);
        CompletableFuture<Answer> follower = ask(Chats.asking(Chats.QUESTION));
        awaitWaiting(1);
        gate.open();

        assertEquals(500, follower.join().status());
        assertEquals(leader.join().text(), follower.join().text());
        assertEquals(
                "reprise; fwd=miss; fwd-status=500; collapsed", follower.join().header("cache-status"));
    }

    @Test
    void upstreamThatBreaksOff_isA502ForEverybody() {
        stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate).resetting(1));
        CompletableFuture<Answer> leader = ask(Chats.asking(Chats.QUESTION));
        gate.awaitArrival(SOON);
        CompletableFuture<Answer> follower = ask(Chats.asking(Chats.QUESTION));
        awaitWaiting(1);
        gate.open();

        assertEquals(502, leader.join().status());
        assertEquals(502, follower.join().status());
    }

    @Test
    void otherPrincipal_doesNotJoin() {
        assertNotShared(() -> stage.anonymous()
                .with("authorization", "Bearer " + stage.key() + "-other")
                .post(Chats.PATH, Chats.asking(Chats.QUESTION)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-key", "x-goog-api-key", "cookie", "ocp-apim-subscription-key"})
    void sameKeyBesideAnothersHeader_doesNotJoin(String header) {
        assertNotShared(() -> stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), header, "a=other"));
    }

    @Test
    void callThatWantsAFreshAnswer_doesNotJoin() {
        assertNotShared(
                () -> stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "cache-control", "no-cache"));
    }

    @Test
    void callThatMustNotBeStored_doesNotJoin() {
        assertNotShared(
                () -> stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "cache-control", "no-store"));
    }

    @Test
    void callThatAsksOtherwiseOfTheCache_doesNotJoin() {
        assertNotShared(() -> stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "x-reprise-tags", "other"));
    }

    @Test
    void followerThatReadsNothing_stallsNobody() throws IOException {
        stage.upstream().answer(Reply.text("word ".repeat(20_000)).stalling(1, gate));
        HttpResponse<InputStream> leader = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        HttpResponse<InputStream> stuck = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        HttpResponse<InputStream> follower = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        gate.open();

        int length = leader.body().readAllBytes().length;

        assertEquals(length, follower.body().readAllBytes().length);
        assertEquals(length, stuck.body().readAllBytes().length);
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void followerFurtherBehindThanAnAnswerMayBeLarge_isCutOff() throws IOException {
        small.upstream().answer(Reply.text("word ".repeat(100_000)).stalling(1, gate));
        HttpResponse<InputStream> leader = small.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        HttpResponse<InputStream> stuck = small.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        gate.open();

        String whole = new String(leader.body().readAllBytes(), StandardCharsets.UTF_8);

        assertTrue(whole.endsWith("data: [DONE]\n\n"));
        assertThrows(IOException.class, () -> stuck.body().readAllBytes());
    }

    /** Two calls of which the second comes while upstream works on the first. */
    private List<Answer> leaderAndFollower(ObjectNode first, ObjectNode second) {
        stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate));
        CompletableFuture<Answer> leader = ask(first);
        gate.awaitArrival(SOON);
        CompletableFuture<Answer> follower = ask(second);
        awaitWaiting(1);
        gate.open();
        List<Answer> answers = List.of(leader.join(), follower.join());
        assertEquals(1, stage.upstreamCalls());
        return answers;
    }

    /** Asks the same while upstream works on a call that could be joined, and gets an answer of its own. */
    private void assertNotShared(Supplier<Answer> other) {
        stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate));
        CompletableFuture<Answer> leader = ask(Chats.asking(Chats.QUESTION));
        gate.awaitArrival(SOON);
        CompletableFuture<Answer> asked = CompletableFuture.supplyAsync(other, threads);
        gate.awaitArrivals(2, SOON);
        gate.open();
        leader.join();
        assertEquals(200, asked.join().status());
        assertEquals(2, stage.upstreamCalls());
    }

    private CompletableFuture<Answer> ask(ObjectNode body) {
        WireCaller caller = stage.caller();
        return CompletableFuture.supplyAsync(() -> caller.post(Chats.PATH, body), threads);
    }

    private static RawConnection leaveable(ObjectNode body) {
        String text = body.toString();
        return new RawConnection(stage.server().port())
                .head(
                        "POST /v1/chat/completions HTTP/1.1",
                        "host: localhost",
                        "authorization: Bearer " + stage.key(),
                        "content-length: " + text.length())
                .body(text);
    }

    private static long count(List<Answer> answers, String outcome) {
        return answers.stream()
                .filter(answer -> answer.header("x-reprise-outcome").equals(outcome))
                .count();
    }

    private static void awaitWaiting(int calls) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (waiting() < calls) {
            assertTrue(System.nanoTime() < deadline, () -> waiting() + " calls wait, not " + calls);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static int waiting() {
        Matcher metric = WAITING.matcher(stage.anonymous().get("/metrics").text());
        return metric.find() ? Integer.parseInt(metric.group(1)) : 0;
    }
}
