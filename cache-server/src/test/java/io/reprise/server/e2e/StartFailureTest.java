package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.Server;
import io.reprise.server.cli.PriceChecker;
import io.reprise.server.cli.RepriseCli;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that cannot be says why in one line that tells what to do, closes everything again and breaks nothing. */
class StartFailureTest {
    private static final String NO_UPSTREAM = "http://127.0.0.1:1";

    @TempDir
    Path folder;

    @Test
    void busyPort_isNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String line = failure(data(), "port=" + taken.getLocalPort());

            assertTrue(line.contains("127.0.0.1:" + taken.getLocalPort()) && line.contains("--port"), line);
        }
        assertStarts(data());
    }

    @Test
    void folderInUse_isNamed() {
        try (RunningServer first = RunningServer.start(data(), NO_UPSTREAM, Clock.systemUTC())) {
            String line = failure(data());

            assertTrue(line.contains(data().toString()) && line.contains("in use"), line);
            assertTrue(first.port() > 0);
        }
        assertStarts(data());
    }

    @Test
    void missingModel_isNamed() {
        String line = failure(data(), "model.path=" + folder.resolve("nowhere"));

        assertTrue(line.contains(folder.resolve("nowhere").toString()), line);
        assertStarts(data());
    }

    @Test
    void folderThatIsNoModel_isNamed() {
        String line = failure(data(), "model.path=" + folder);

        assertTrue(line.contains("manifest.yaml"), line);
    }

    @Test
    void wrongSha256_isNamed() throws IOException {
        Path model = copyOfTheModel();
        Files.write(model.resolve(tokenizerOf(model)), new byte[] {' '}, StandardOpenOption.APPEND);

        String line = failure(data(), "model.path=" + model);

        assertTrue(line.contains("sha256") && line.contains(tokenizerOf(model)), line);
        assertStarts(data());
    }

    @Test
    void missingModelFile_isNamed() throws IOException {
        Path model = copyOfTheModel();
        String tokenizer = tokenizerOf(model);
        Files.delete(model.resolve(tokenizer));

        assertTrue(failure(data(), "model.path=" + model).contains(tokenizer));
    }

    @Test
    void dataFolderThatIsAFile_isNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        for (Path impossible : List.of(file, file.resolve("below"))) {
            String line = failure(impossible);
            assertTrue(line.contains(impossible.toString()) && line.contains("--data"), line);
        }
    }

    @Test
    void corruptLedger_isNamedAndLeftAsItIs() throws IOException {
        assertStarts(data());
        Path ledger = fileBelow(data(), "ledger.sqlite");
        byte[] garbage = "this is no database, and longer than its header of a hundred bytes would be. "
                .repeat(9)
                .getBytes(StandardCharsets.UTF_8);
        Files.write(ledger, garbage);

        String line = failure(data());

        assertTrue(line.contains(ledger.toString()), line);
        assertEquals(garbage.length, Files.size(ledger));
        Files.delete(ledger);
        assertStarts(data());
    }

    @Test
    void corruptIndex_isNamed() throws IOException {
        assertStarts(data());
        Path segments = fileBelow(data(), "segments_");
        byte[] whole = Files.readAllBytes(segments);
        Files.write(segments, new byte[] {1, 2, 3});

        String line = failure(data());

        assertTrue(line.contains(data().toString()), line);
        Files.write(segments, whole);
        assertStarts(data());
    }

    @Test
    void principalKeyOfAWrongLength_isNamed() throws IOException {
        assertStarts(data());
        Path key = fileBelow(data(), "principal.key");
        Files.write(key, new byte[] {1, 2, 3});

        String line = failure(data());

        assertTrue(line.contains(key.toString()) && line.contains("3"), line);
        Files.delete(key);
        assertStarts(data());
    }

    @Test
    void hostThatIsNotOurs_isNamed() {
        String line = failure(data(), "host=192.0.2.1", "admin_token=secret-of-the-test");

        assertTrue(line.contains("192.0.2.1"), line);
        assertFalse(line.contains("secret-of-the-test"));
    }

    @Test
    void commandLine_endsWithOneLineAndStatusOne() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings here = new Surroundings(folder, Path.of(System.getProperty("reprise.models")), 2);
        RepriseCli cli = new RepriseCli(
                config -> Server.start(config, Clock.systemUTC()).close(),
                (config, order, progress) -> "",
                (config, order) -> new PriceChecker.Findings("", true),
                here,
                Map.of(),
                new PrintWriter(out),
                new PrintWriter(err));

        int status = cli.execute("serve", "--port", "0", "--data", "here", "--model", "nowhere");

        assertEquals(1, status);
        assertEquals("", out.toString());
        assertTrue(err.toString().matches("reprise: [^\\n]+\\n"), err.toString());
    }

    private Path data() {
        return folder.resolve("data");
    }

    private static String failure(Path data, String... settings) {
        StartException failure = assertThrows(StartException.class, () -> {
            try (RunningServer server = RunningServer.start(data, NO_UPSTREAM, Clock.systemUTC(), settings)) {
                throw new AssertionError("started on port " + server.port());
            }
        });
        String line = String.valueOf(failure.getMessage());
        assertEquals(1, line.lines().count(), line);
        assertFalse(line.isBlank());
        return line;
    }

    private static void assertStarts(Path data) {
        try (RunningServer server = RunningServer.start(data, NO_UPSTREAM, Clock.systemUTC())) {
            assertTrue(server.port() > 0);
        }
    }

    private Path copyOfTheModel() throws IOException {
        Path bundled = Path.of(System.getProperty("reprise.models"), "all-minilm-l6-v2-q");
        Path copy = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(bundled)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static String tokenizerOf(Path model) {
        return find(model, "", "tokenizer.json").getFileName().toString();
    }

    private static Path fileBelow(Path folder, String start) {
        return find(folder, start, "");
    }

    private static Path find(Path folder, String start, String end) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(start)
                            && file.getFileName().toString().endsWith(end)
                            && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + start + "*" + end + " below " + folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
