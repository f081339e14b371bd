package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a server writes is for its owner alone. */
@DisabledOnOs(OS.WINDOWS)
class DataAtRestTest {
    private static final List<String> PARTS =
            List.of("index/lucene", "index/journal", "ledger", "principal.key", "admin.token", "hits.bin");

    private final Path folder;

    DataAtRestTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void newFolder_isItsOwnersAlone() throws IOException {
        Path data = folder.resolve("deep/data");

        runOnce(data);

        for (String part : PARTS) {
            assertTrue(Files.exists(data.resolve(part)), part);
        }
        assertEquals(List.of(), openToOthers(data));
    }

    @Test
    void openFolder_isClosedAndWhatOthersKeepThereIsNot() throws IOException {
        Path data = folder.resolve("data");
        runOnce(data);
        Path other = Files.createDirectory(data.resolve("backup"));
        Path notes = Files.writeString(data.resolve("notes.txt"), "x");
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.toList()) {
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }

        runOnce(data);

        assertEquals(List.of(other, notes), openToOthers(data));
    }

    private static void runOnce(Path data) {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newHttpClient();
                RunningServer server =
                        RunningServer.start(data, upstream.url(), Clock.systemUTC(), "index.commit_ms=10")) {
            WireCaller caller = new WireCaller(http, server.url());
            for (String question : List.of(Chats.QUESTION, Chats.PARAPHRASE, Chats.OTHER_QUESTION)) {
                assertEquals(
                        200, caller.post(Chats.PATH, Chats.asking(question)).status());
            }
        }
    }

    /** Sorted. */
    private static List<Path> openToOthers(Path data) throws IOException {
        var open = new TreeMap<Path, String>();
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                if (!mode.endsWith("------")) {
                    open.put(path, mode);
                }
            }
        }
        return List.copyOf(open.keySet());
    }
}
