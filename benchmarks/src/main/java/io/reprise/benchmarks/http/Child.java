package io.reprise.benchmarks.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server that runs as a program of its own and says on standard output where it listens. Closing ends it. */
final class Child implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");
    private static final long END_SECONDS = 20;

    private final Process process;
    private final int port;
    private final long startedNanos;

    private Child(Process process, int port, long startedNanos) {
        this.process = process;
        this.port = port;
        this.startedNanos = startedNanos;
    }

    /**
     * Starts a program and waits until it says where it listens.
     *
     * @param log gets what it says on standard error
     */
    static Child start(List<String> command, Map<String, String> environment, Path log) {
        try {
            Files.createDirectories(log.getParent());
            var builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().putAll(environment);
            long started = System.nanoTime();
            Process process = builder.start();
            int port = port(process, log);
            return new Child(process, port, started);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst(), e);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** When it was started, by {@link System#nanoTime}. */
    long startedNanos() {
        return startedNanos;
    }

    /** The options of its JVM, without class path, properties and main class. */
    List<String> jvmOptions() {
        return Stream.of(process.toHandle().info().arguments().orElse(new String[0]))
                .filter(argument -> argument.startsWith("-X")
                        || argument.startsWith("--add-modules")
                        || argument.startsWith("--enable-native-access"))
                .toList();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int port(Process process, Path log) throws IOException {
        var output = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                Thread.ofVirtual().start(() -> output.lines().forEach(rest -> {}));
                return Integer.parseInt(address.group(1));
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("it ended before it listened; see " + log);
    }
}
