package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.crash.ServerProcess;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found out about wrong hits, and about the judge, is kept in the data folder, and only by those who may tell. */
class EvidenceOnDiskTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ANSWER = "Click on Forgot password.";
    private static final int AUDITS = 3;
    /** A hit saves so much that it pays for the judge many times over. */
    private static final String[] JUDGED = {
        "audits.first_rate=1",
        "audits.rate=1",
        "audits.budget=1",
        "audits.judge.model=judge",
        "upstream.openai.api_key=sk-operator",
        "prices.judge.input=0",
        "prices.judge.output=0"
    };

    @TempDir
    Path data;

    @Test
    void evidence_survivesTheKillOfTheProcess() throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient()) {
            upstream.answer(Reply.text(ANSWER));
            JsonNode before;
            try (var child = serve(data, upstream.url())) {
                WireCaller caller = new WireCaller(http, child.url(), "authorization", "Bearer sk-kept");
                ask(caller, Chats.QUESTION);
                Eventually.await(SOON, () -> ask(caller, Chats.QUESTION)
                        .header("x-reprise-outcome")
                        .equals("exact"));
                // What the first saves pays for audits of the others.
                for (int i = 0; i <= AUDITS; i++) {
                    assertEquals("semantic", ask(caller, Chats.PARAPHRASE).header("x-reprise-outcome"));
                    int audited = i;
                    Eventually.await(
                            SOON, () -> wrongRate(caller).path("audits").asInt() == audited);
                }
                Instant shown = Instant.now();
                Eventually.await(SOON, () -> isEvidenceWrittenAfter(shown));
                before = wrongRate(caller);
            }
            try (var child = serve(data, upstream.url())) {
                JsonNode after = wrongRate(new WireCaller(http, child.url()));

                for (String kept : List.of("served", "audits", "alarms", "bound", "window", "window_since")) {
                    assertEquals(before.path(kept), after.path(kept), after::toString);
                }
                assertEquals(AUDITS, after.path("audits").asInt());
            }
        }
    }

    @Test
    void callerWhoIsNotKnown_tellsNothingOfTheJudge() {
        assertEquals(
                "",
                judgeAfter(
                        ANSWER,
                        "host=0.0.0.0",
                        "access.open=true",
                        "admin_token=secret",
                        "principals.mode=credential"));
    }

    @Test
    void callerWhoIsKnown_tellsHowOftenTheJudgeErrs() {
        assertEquals(
                "right=1 false_alarms=0 wrong=0 misses=0",
                judgeAfter(ANSWER, "host=0.0.0.0", "access.open=true", "admin_token=secret", "principals.mode=single"));
    }

    @Test
    void callerOnThisMachine_tellsHowOftenTheJudgeErrs() {
        assertEquals("right=1 false_alarms=0 wrong=0 misses=0", judgeAfter(ANSWER));
    }

    /** The upstream answers the judge's question so too, which is no verdict, and so an alarm. */
    @Test
    void falseAlarmOfTheJudge_isCounted() {
        assertEquals("right=1 false_alarms=1 wrong=0 misses=0", judgeAfter("Preheat the oven."));
    }

    @Test
    void serverWithoutAJudge_keepsNoCountOfItsErrors() {
        assertEquals("", judgeAfter(ANSWER, "audits.budget=0"));
    }

    @Test
    void staticCutoff_keepsNoEvidence() {
        judgeAfter(ANSWER, "decision.policy=cosine", "decision.cutoff=0.9");

        assertEquals(List.of(), evidence());
        assertFalse(Files.exists(data.resolve("judge.txt")));
    }

    /** What is known of the judge, but the file's version and its name, after a caller has asked a question again and wanted no cached answer. */
    private String judgeAfter(String later, String... settings) {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient()) {
            upstream.answer(Reply.text(ANSWER));
            String[] all = Stream.concat(Stream.of(JUDGED), Stream.of(settings)).toArray(String[]::new);
            // Closing judges what waits, and saves.
            try (RunningServer server = RunningServer.start(data, upstream.url(), Clock.systemUTC(), all)) {
                WireCaller caller = new WireCaller(http, server.url(), "authorization", "Bearer sk-anybody");
                ask(caller, Chats.QUESTION);
                Eventually.await(SOON, () -> ask(caller, Chats.QUESTION)
                        .header("x-reprise-outcome")
                        .equals("exact"));
                // Saves what checks may cost.
                assertEquals("semantic", ask(caller, Chats.PARAPHRASE).header("x-reprise-outcome"));
                upstream.answer(Reply.text(later));
                ask(caller, Chats.QUESTION, "cache-control", "no-cache");
            }
        }
        Path file = data.resolve("judge.txt");
        try {
            return Files.exists(file) ? Files.readString(file).strip().replaceFirst("1 \\S+ ", "") : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerProcess serve(Path data, String upstreamUrl) {
        List<String> options = new ArrayList<>(List.of("--openai-url", upstreamUrl));
        Stream.of(JUDGED).forEach(setting -> options.addAll(List.of("--set", setting)));
        return ServerProcess.begin(ServerProcess.command(data, options), Map.of(), data.resolve("server.log"))
                .awaitReady();
    }

    private boolean isEvidenceWrittenAfter(Instant moment) {
        return evidence().stream().anyMatch(file -> {
            try {
                return Files.getLastModifiedTime(file).toInstant().isAfter(moment);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private List<Path> evidence() {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file -> file.getFileName().toString().matches("evidence-.*\\.bin"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer ask(WireCaller caller, String question, String... headers) {
        return caller.post(Chats.PATH, Chats.asking(question), headers);
    }

    private static JsonNode wrongRate(WireCaller caller) {
        return caller.get("/v1/cache/stats").json().path("wrong_rate");
    }
}
