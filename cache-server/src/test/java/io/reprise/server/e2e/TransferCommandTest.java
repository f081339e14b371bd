package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cli.PriceChecker;
import io.reprise.server.cli.RepriseCli;
import io.reprise.server.config.Surroundings;
import io.reprise.server.testupstream.ClosedPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code reprise export} and {@code reprise import} against a real server. */
class TransferCommandTest {
    @RegisterExtension
    static final Stage stage = Stage.with("admin_token=open-sesame");

    @RegisterExtension
    static final Stage ofItsOwnToken = Stage.with();

    private final StringWriter err = new StringWriter();
    private final Path folder;

    TransferCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void empty() {
        stage.anonymous().with("x-reprise-admin", "open-sesame").delete("/v1/cache/entries?all=true&principal=*");
    }

    @Test
    void faq_isImportedForACallerAndHit() throws IOException {
        Path faq = file("{\"prompt\": \"" + Chats.QUESTION + "\", \"answer\": \"By e-mail.\"}\n");

        assertEquals(0, run("import", faq.toString(), "--key", stage.key(), "--model", Chats.MODEL), err.toString());

        assertTrue(err.toString().contains("1 imported"), err.toString());
        assertEquals(
                "exact",
                stage.caller()
                        .post("/v1/chat/completions", Chats.asking(Chats.QUESTION))
                        .header("x-reprise-outcome"));
    }

    @Test
    void packedExport_comesBack() throws IOException {
        stage.caller()
                .post("/v1/cache/entries", Chats.object().put("prompt", "a").put("completion", "b"));
        Path file = folder.resolve("all.jsonl.gz");

        assertEquals(0, run("export", file.toString(), "--token", "open-sesame", "--vectors"), err.toString());
        try (var unpacked = new GZIPInputStream(Files.newInputStream(file))) {
            assertTrue(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8)
                    .endsWith("{\"end\":{\"entries\":1}}\n"));
        }
        assertFalse(Files.exists(folder.resolve("all.jsonl.gz.part")));
        stage.caller().delete("/v1/cache/entries?all=true");
        assertEquals(0, run("import", file.toString(), "--token", "open-sesame"), err.toString());
        assertEquals(
                1,
                stage.caller().get("/v1/cache/entries").json().path("entries").size());
    }

    @Test
    void badLines_areExitCodeOneAndNamed() throws IOException {
        Path file = file("nothing\n{\"prompt\":\"a\",\"answer\":\"b\"}\n");

        assertEquals(1, run("import", file.toString()));

        assertTrue(err.toString().contains("line 1: "), err.toString());
        assertTrue(err.toString().contains("1 imported"), err.toString());
    }

    @Test
    void everybodysEntriesWithoutTheToken_areExitCodeOneWithAHint() {
        assertEquals(1, run("export", folder.resolve("x").toString()));

        assertTrue(err.toString().contains("--token"), err.toString());
        assertFalse(Files.exists(folder.resolve("x")));
    }

    @Test
    void serverThatIsNotThere_isExitCodeOneInALine() throws IOException {
        try (ClosedPort port = ClosedPort.reserve()) {
            assertEquals(1, run("import", file("{}").toString(), "--url", port.url()));
        }
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void fileThatIsNotThere_isExitCodeOneInALine() {
        assertEquals(1, run("import", folder.resolve("none").toString()));
        assertEquals(1, run("export", folder.resolve("none/x").toString(), "--key", stage.key()));
        assertEquals(2, err.toString().lines().count(), err.toString());
    }

    @Test
    void exportThatBreaksOff_saysHowToGoOn() throws Exception {
        String id = "0".repeat(32);
        String begun = "{\"reprise_export\":1}\n{\"id\":\"" + id + "\"}\n{\"id\":\"1";
        Path file = folder.resolve("torn.jsonl");
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = Thread.startVirtualThread(() -> answerAndBreakOff(listening, begun));

            assertEquals(1, run("export", file.toString(), "--url", "http://127.0.0.1:" + listening.getLocalPort()));
            server.join();
        }
        assertTrue(err.toString().contains("--after " + id), err.toString());
        assertFalse(Files.exists(file));
        assertTrue(Files.exists(folder.resolve("torn.jsonl.part")));
    }

    @Test
    void tokenOfTheDataFolder_isFound() {
        ofItsOwnToken
                .caller()
                .post("/v1/cache/entries", Chats.object().put("prompt", "a").put("completion", "b"));
        String file = folder.resolve("all.jsonl").toString();
        String data = ofItsOwnToken.data().toString();
        String url = ofItsOwnToken.server().url();

        assertEquals(1, run("export", file, "--url", url));
        assertEquals(0, run("export", file, "--url", url, "--data", data), err.toString());
        assertEquals(0, run(Map.of("REPRISE_DATA", data), "export", file, "--url", url), err.toString());
        assertEquals(0, run("import", file, "--url", url, "--data", data), err.toString());
        assertTrue(err.toString().contains("0 failed"), err.toString());
    }

    @Test
    void folderWithoutAToken_isExitCodeOneInALine() {
        assertEquals(1, run("export", "-", "--data", folder.toString()));

        assertTrue(err.toString().contains("admin.token"), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    /** Whoever serves that address would have the token then. */
    @Test
    void tokenThatWasFound_isNotSentToAnotherMachine() throws Exception {
        Files.writeString(folder.resolve("admin.token"), "found-token-of-this-machine");
        Map<String, String> found = Map.of("REPRISE_DATA", folder.toString());
        InetAddress own = InetAddress.getLoopbackAddress();
        for (String host : List.of("127.0.0.1", "0.0.0.0")) {
            try (var listening = new ServerSocket(0, 1, own)) {
                var head = CompletableFuture.supplyAsync(() -> headOf(listening), Thread::startVirtualThread);

                run(found, "export", "-", "--url", "http://" + host + ":" + listening.getLocalPort());

                assertEquals(
                        host.startsWith("127"), head.get(20, TimeUnit.SECONDS).contains("found-token"), host);
            }
        }
    }

    private static String headOf(ServerSocket listening) {
        try (Socket socket = listening.accept()) {
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var head = new StringBuilder();
            for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                head.append(line).append('\n');
            }
            // A connection that breaks off would be tried again.
            socket.getOutputStream()
                    .write("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return head.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answerAndBreakOff(ServerSocket listening, String body) {
        try (Socket socket = listening.accept()) {
            var head = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            while (!String.valueOf(head.readLine()).isEmpty()) {
                // The request is of no interest.
            }
            String answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + Integer.toHexString(body.length())
                    + "\r\n" + body + "\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void badUrl_isMisuse() {
        assertEquals(2, run("export", "-", "--url", "ftp://x"));
        assertEquals(2, run("export"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("lines.jsonl"), text);
    }

    private int run(String... args) {
        return run(Map.of(), args);
    }

    private int run(Map<String, String> environment, String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        if (!all.contains("--url")) {
            all.add("--url");
            all.add(stage.server().url());
        }
        var here = new Surroundings(folder, Path.of(System.getProperty("reprise.models")), 2);
        var quiet = new PrintWriter(new StringWriter());
        return new RepriseCli(
                        config -> {},
                        (config, order, progress) -> "",
                        (config, order) -> new PriceChecker.Findings("", true),
                        here,
                        environment,
                        quiet,
                        new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }
}
