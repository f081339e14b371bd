package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cli.StartException;
import io.reprise.server.crash.ServerProcess;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that starts with another model than its data folder was filled with. The other one is the bundled one under another name. */
class ModelChangeTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern REMAINING = Pattern.compile("(?m)^reprise_reembedding_remaining (\\S+)$");
    private static final int MANY = 100;

    @TempDir
    Path folder;

    private Path data;
    private TestUpstream upstream;
    private HttpClient http;

    /** The model that reads both prompts of a hit knows no other model's cosines. */
    private static final String COSINE = "decision.policy=cosine";

    @BeforeEach
    void begin() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        upstream = TestUpstream.start();
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void end() {
        http.shutdownNow();
        upstream.close();
    }

    @Test
    void exactHits_areServedAtOnceAndSemanticOnesOnceAllIsEmbeddedAnew() {
        fill(1);
        try (RunningServer server =
                RunningServer.start(data, upstream.url(), Clock.systemUTC(), otherModel(), COSINE)) {
            WireCaller caller = caller(server.url());
            assertEquals("exact", outcome(caller, Chats.QUESTION));
            Eventually.await(SOON, () -> remaining(caller) == 0);
            assertEquals("semantic", outcome(caller, Chats.PARAPHRASE));
            assertEquals(
                    0,
                    caller.get("/v1/cache/stats")
                            .json()
                            .path("reembedding_remaining")
                            .asInt(-1));
        }
    }

    @Test
    void kills_goOnWhereItWas() {
        fill(MANY);
        String other = otherModel();
        double least = MANY;
        // Ready, killed at once, and again: each start has less to do than the one before, or as much.
        for (int kill = 0; kill < 2; kill++) {
            try (var child = serve(other)) {
                WireCaller caller = caller(child.url());
                assertEquals("exact", outcome(caller, "question number 7?"));
                double left = remaining(caller);
                assertTrue(left <= least, left + " are left of " + least);
                least = left;
            }
        }
        try (var child = serve(other)) {
            WireCaller caller = caller(child.url());
            Eventually.await(SOON, () -> remaining(caller) == 0);
            assertEquals(
                    MANY, caller.get("/v1/cache/stats").json().path("entries").asInt());
            assertEquals("semantic", outcome(caller, Chats.PARAPHRASE));
            for (int i = 1; i < MANY; i += 20) {
                assertEquals("exact", outcome(caller, "question number " + i + "?"));
            }
        }
    }

    @Test
    void policyThatDoesNotSuitTheModel_costsNoVectors() {
        fill(1);
        StartException e = assertThrows(
                StartException.class, () -> RunningServer.start(data, upstream.url(), Clock.systemUTC(), otherModel()));
        assertTrue(String.valueOf(e.getMessage()).contains("model.path"), e::getMessage);
        try (RunningServer server = RunningServer.start(data, upstream.url(), Clock.systemUTC())) {
            WireCaller caller = caller(server.url());
            assertEquals(0, remaining(caller));
            assertEquals("semantic", outcome(caller, Chats.PARAPHRASE));
        }
    }

    private void fill(int entries) {
        try (RunningServer server = RunningServer.start(data, upstream.url(), Clock.systemUTC())) {
            WireCaller caller = caller(server.url());
            caller.post(Chats.PATH, Chats.asking(Chats.QUESTION));
            for (int i = 1; i < entries; i++) {
                caller.post(Chats.PATH, Chats.asking("question number " + i + "?"), "cache-control", "no-cache");
            }
            Eventually.await(
                    SOON,
                    () -> caller.get("/v1/cache/stats").json().path("entries").asInt() == entries);
        }
    }

    private ServerProcess serve(String other) {
        return ServerProcess.begin(
                        ServerProcess.command(
                                data, List.of("--openai-url", upstream.url(), "--set", COSINE, "--set", other)),
                        Map.of(),
                        folder.resolve("server.log"))
                .awaitReady();
    }

    /** The setting that names it. */
    private String otherModel() {
        Path bundled = Path.of(System.getProperty("reprise.models"), "all-minilm-l6-v2-q");
        Path copy = folder.resolve("model");
        try (Stream<Path> files = Files.list(bundled)) {
            Files.createDirectory(copy);
            for (Path file : files.toList()) {
                Path to = copy.resolve(file.getFileName());
                if (file.endsWith("manifest.yaml")) {
                    Files.writeString(to, Files.readString(file).replaceFirst("(?m)^name: .*$", "name: other-model"));
                } else {
                    Files.copy(file, to);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "model.path=" + copy;
    }

    private WireCaller caller(String url) {
        return new WireCaller(http, url, "authorization", "Bearer sk-kept");
    }

    private static String outcome(WireCaller caller, String question) {
        return caller.post(Chats.PATH, Chats.asking(question)).header("x-reprise-outcome");
    }

    private static double remaining(WireCaller caller) {
        Matcher gauge = REMAINING.matcher(caller.get("/metrics").text());
        assertTrue(gauge.find(), "there is no such gauge");
        return Double.parseDouble(gauge.group(1));
    }
}
