package io.reprise.server.testupstream;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The test upstream as a program, for demonstrations and load tests:
 *
 * <pre>{@code
 * java -cp "cache-server/target/reprise-cache-server-0.1.0-SNAPSHOT-tests.jar:cache-server/target/dist/lib/*" \
 *     io.reprise.server.testupstream.TestUpstreamMain --port 9999 --latency-ms 200 --token-delay-ms 10
 * }</pre>
 */
@Command(
        name = "test-upstream",
        mixinStandardHelpOptions = true,
        description = "Answers on OpenAI's and Anthropic's wires until it is stopped.")
public final class TestUpstreamMain implements Callable<Integer> {

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(names = "--port", defaultValue = "0", description = "Port; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--latency-ms", defaultValue = "0", description = "Median time to the head of a reply.")
    private int latencyMillis;

    @Option(
            names = "--latency-sigma",
            defaultValue = "0",
            description = "Spread of that time: 0 for a fixed one, 0.5 for a p99 at 3.2 times the median.")
    private double latencySigma;

    @Option(
            names = "--first-token-ms",
            defaultValue = "0",
            description = "From the head to the first event of a stream.")
    private int firstTokenMillis;

    @Option(names = "--token-delay-ms", defaultValue = "0", description = "Between the events of a stream.")
    private int tokenDelayMillis;

    @Option(names = "--gzip", description = "Compress where the client accepts it.")
    private boolean gzip;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the spread (default: ${DEFAULT-VALUE}).")
    private long seed;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new TestUpstreamMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Latency beforeHead = latencySigma == 0
                ? Latency.fixed(Duration.ofMillis(latencyMillis))
                : Latency.logNormal(Duration.ofMillis(latencyMillis), latencySigma, seed);
        Timing timing = new Timing(
                beforeHead,
                Latency.fixed(Duration.ofMillis(firstTokenMillis)),
                Latency.fixed(Duration.ofMillis(tokenDelayMillis)));
        UpstreamOptions options = UpstreamOptions.defaults()
                .withAddress(host, port)
                .withTiming(timing)
                .withGzip(gzip)
                .withKeptRequests(0);
        try (TestUpstream upstream = TestUpstream.start(options)) {
            System.out.println(upstream.url());
            new CountDownLatch(1).await();
        }
        return 0;
    }
}
