package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.crash.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder belongs to one process at a time, and a second one ends with a line that says so. */
class DataFolderInUseTest {
    @TempDir
    Path folder;

    @Test
    void secondProcess_endsWithOneLineThatSaysWhatToDo() throws IOException {
        Path data = folder.resolve("data");
        try (ServerProcess first = begin(data, "first.log").awaitReady()) {
            Process second = new ProcessBuilder(ServerProcess.command(data, List.of()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(folder.resolve("second.log").toFile())
                    .start();

            assertEquals(1, second.onExit().join().exitValue());

            // Beside warnings of the JVM and of Lucene about this test's JVM.
            List<String> said = Files.readAllLines(folder.resolve("second.log"));
            List<String> ours =
                    said.stream().filter(line -> line.startsWith("reprise: ")).toList();
            assertEquals(1, ours.size(), said::toString);
            assertTrue(said.stream().noneMatch(line -> line.contains("Exception")), said::toString);
            String line = ours.getFirst();
            assertTrue(line.contains(data.toString()) && line.contains("stop that one"), line);
            assertTrue(first.readyNanos() > 0);
        }
        // The lock goes with the process, however it ended.
        begin(data, "third.log").awaitReady().close();
    }

    private ServerProcess begin(Path data, String log) {
        return ServerProcess.begin(ServerProcess.command(data, List.of()), Map.of(), folder.resolve(log));
    }
}
