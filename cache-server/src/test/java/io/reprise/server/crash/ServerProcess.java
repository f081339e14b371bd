package io.reprise.server.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as a process of its own. Closing kills it, as {@code kill -9} does. Not thread-safe. */
public final class ServerProcess implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");
    private static final String MAIN = "io.reprise.server.Main";

    private final Process process;
    private final Path log;
    private final long startedNanos;
    private String url = "";
    private long readyNanos;

    private ServerProcess(Process process, Path log, long startedNanos) {
        this.process = process;
        this.log = log;
        this.startedNanos = startedNanos;
    }

    /**
     * Begins to start a server.
     *
     * @param log gets what it says on standard error, behind what is there
     */
    public static ServerProcess begin(List<String> command, Map<String, String> environment, Path log) {
        try {
            var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            long started = System.nanoTime();
            return new ServerProcess(builder.start(), log, started);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst(), e);
        }
    }

    /** The server of this process's class path and models, with a short-lived JVM's options. */
    public static List<String> command(Path data, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of(
                // It lives for seconds.
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Dreprise.models=" + System.getProperty("reprise.models"),
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                "serve",
                "--port",
                "0",
                "--data",
                data.toString()));
        command.addAll(arguments);
        return command;
    }

    /**
     * Waits until it says where it listens, which it does once it is ready.
     *
     * @throws IllegalStateException when it ends before, with what it said
     */
    public ServerProcess awaitReady() {
        try {
            // Never closed: the process would fail when it says more.
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher address = ADDRESS.matcher(line);
                if (address.find()) {
                    readyNanos = System.nanoTime() - startedNanos;
                    url = address.group();
                    return this;
                }
            }
            throw new IllegalStateException("the server ended before it listened:\n" + Files.readString(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens, without a path. */
    public String url() {
        return url;
    }

    public long pid() {
        return process.pid();
    }

    /** From the start of the process until it was ready. */
    public long readyNanos() {
        return readyNanos;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
