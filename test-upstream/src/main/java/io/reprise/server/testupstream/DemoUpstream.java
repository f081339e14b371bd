package io.reprise.server.testupstream;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The test upstream as a program, for demonstrations and load tests: {@code ./reprise demo-upstream}. Its first line names the
 * address that it listens on. It ends when its thread is interrupted, or with the process. Confined to one thread.
 */
@Command(
        name = DemoUpstream.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a small provider to try the server with, without an API key. It speaks the wires of OpenAI (chat,"
                    + " completions, responses, embeddings) and Anthropic (messages), whole and as streams. Its answers are"
                    + " made-up text that depends on the question alone.",
        })
public final class DemoUpstream implements Callable<Integer> {
    /** The command's name. */
    public static final String NAME = "demo-upstream";

    private static final String DEFAULT_PORT = "8081";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "The address to listen on. Default: ${DEFAULT-VALUE}")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = DEFAULT_PORT,
            description = "The port to listen on; 0 takes any free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--latency-ms",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Median time to the head of an answer. Default: ${DEFAULT-VALUE}")
    private int latencyMillis;

    @Option(
            names = "--latency-sigma",
            paramLabel = "S",
            defaultValue = "0",
            description = "Spread of that time: 0 for a fixed one, 0.5 for a p99 at 3.2 times the median. Default:"
                    + " ${DEFAULT-VALUE}")
    private double latencySigma;

    @Option(
            names = "--first-token-ms",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Time from the head to the first event of a stream. Default: ${DEFAULT-VALUE}")
    private int firstTokenMillis;

    @Option(
            names = "--token-delay-ms",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Time between the events of a stream. Default: ${DEFAULT-VALUE}")
    private int tokenDelayMillis;

    @Option(names = "--gzip", description = "Compress answers where the client accepts it.")
    private boolean gzip;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the spread. Default: ${DEFAULT-VALUE}")
    private long seed;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DemoUpstream()).execute(arguments));
    }

    /**
     * Answers until the thread is interrupted.
     *
     * @throws ParameterException when it cannot listen, or an option is out of range
     */
    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (TestUpstream upstream = start()) {
            out.println("The demo upstream listens on " + upstream.url());
            out.println("Put Reprise in front of it:");
            out.println();
            out.println("  ./reprise serve --openai-url " + upstream.url() + " --anthropic-url " + upstream.url());
            out.println();
            out.flush();
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private TestUpstream start() {
        try {
            return TestUpstream.start(options());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + "); stop what uses it or choose another with --port",
                    e);
        }
    }

    private UpstreamOptions options() {
        Duration toHead = pause("--latency-ms", latencyMillis);
        Latency beforeHead = latencySigma == 0 ? Latency.fixed(toHead) : Latency.logNormal(toHead, latencySigma, seed);
        Timing timing = new Timing(
                beforeHead,
                Latency.fixed(pause("--first-token-ms", firstTokenMillis)),
                Latency.fixed(pause("--token-delay-ms", tokenDelayMillis)));
        return UpstreamOptions.defaults()
                .withAddress(host, port)
                .withTiming(timing)
                .withGzip(gzip)
                .withKeptRequests(0);
    }

    private static Duration pause(String option, int millis) {
        if (millis < 0) {
            throw new IllegalArgumentException(option + " must not be negative: " + millis);
        }
        return Duration.ofMillis(millis);
    }
}
