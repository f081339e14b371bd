package io.reprise.benchmarks.http;

import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.server.crash.ServerProcess;
import io.reprise.server.testupstream.DemoUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts the programs of a load test, each in a JVM of its own. */
final class Servers {
    private static final String UPSTREAM = DemoUpstream.class.getName();

    private final Workspace workspace;
    private final Path logs;

    Servers(Workspace workspace) {
        this.workspace = workspace;
        this.logs = workspace.scratch().resolve("logs");
    }

    /** Reprise as its users start it: with the launcher, its flags and its defaults. */
    Child reprise(Path data, int upstreamPort) {
        return Child.start(
                launched(
                        data,
                        List.of(
                                "--openai-url",
                                "http://127.0.0.1:" + upstreamPort,
                                "--anthropic-url",
                                "http://127.0.0.1:" + upstreamPort)),
                launcherEnvironment(),
                logs.resolve("reprise.log"));
    }

    /** The same without an upstream and with further arguments, on its way to be ready and to be killed. */
    ServerProcess repriseToKill(Path data, List<String> arguments) {
        try {
            Files.createDirectories(logs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ServerProcess.begin(
                launched(data, arguments), launcherEnvironment(), logs.resolve("reprise-killed.log"));
    }

    private List<String> launched(Path data, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                workspace.root().resolve("reprise").toString(), "serve", "--port", "0", "--data", data.toString()));
        command.addAll(arguments);
        return command;
    }

    private Map<String, String> launcherEnvironment() {
        return Map.of(
                "REPRISE_HOME", workspace.distribution().toString(), "JAVA_HOME", System.getProperty("java.home"));
    }

    /**
     * The test upstream.
     *
     * @param latencyMillis what it waits before each answer, at least 0
     * @param tokenMillis what it waits between the events of a stream, at least 0
     */
    Child upstream(int latencyMillis, int tokenMillis) {
        return Child.start(
                java(
                        List.of(),
                        UPSTREAM,
                        List.of(
                                "--port",
                                "0",
                                "--latency-ms",
                                Integer.toString(latencyMillis),
                                "--token-delay-ms",
                                Integer.toString(tokenMillis))),
                Map.of(),
                logs.resolve("upstream.log"));
    }

    /** The bare server with the options of another JVM. */
    Child bare(List<String> jvmOptions, Path headers, Path body) {
        int instances = Runtime.getRuntime().availableProcessors();
        return Child.start(
                java(
                        jvmOptions,
                        BareServer.class.getName(),
                        List.of(headers.toString(), body.toString(), Integer.toString(instances))),
                Map.of(),
                logs.resolve("bare.log"));
    }

    /** The bare proxy; {@code threads} as {@link BareProxy} takes them. */
    Child proxy(int upstreamPort, String threads) {
        int instances = Runtime.getRuntime().availableProcessors();
        return Child.start(
                java(
                        List.of(),
                        BareProxy.class.getName(),
                        List.of(Integer.toString(upstreamPort), threads, Integer.toString(instances))),
                Map.of(),
                logs.resolve("proxy.log"));
    }

    private static List<String> java(List<String> options, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return command;
    }
}
