package io.reprise.benchmarks.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds of the system now; -1 where the machine does not say.
 *
 * @param files open file descriptors, sockets among them
 * @param sockets of them, connections and what listens for them
 * @param threads of the platform
 */
record Handles(long files, long sockets, long threads) {

    static Handles of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        return new Handles(
                count(process.resolve("fd"), ""),
                count(process.resolve("fd"), "socket:"),
                count(process.resolve("task"), ""));
    }

    private static long count(Path folder, String target) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> target.isEmpty() || target(entry).startsWith(target))
                    .count();
        } catch (IOException e) {
            return -1;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
