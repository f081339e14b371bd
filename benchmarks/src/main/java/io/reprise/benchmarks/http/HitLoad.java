package io.reprise.benchmarks.http;

import io.reprise.benchmarks.report.AlternatingRounds;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Quantiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Exact hits over HTTP: requests per second as a share of what a bare server answers with the same bytes. */
final class HitLoad {
    private static final double GOAL = 0.5;
    private static final Duration WARM_UP_STEP = Duration.ofSeconds(1);
    /** Headers that Vert.x writes itself. */
    private static final Set<String> OWN = Set.of("content-length", "transfer-encoding", "connection");

    private final Servers servers;
    private final Path scratch;
    private final HttpLoad.Effort effort;

    HitLoad(Servers servers, Path scratch, HttpLoad.Effort effort) {
        this.servers = servers;
        this.scratch = scratch;
        this.effort = effort;
    }

    /**
     * One kind of hit.
     *
     * @param name in the table
     * @param path of the route
     * @param outcome what each answer must say
     * @param requests that hit, each asked once before
     */
    record Kind(String name, String path, String outcome, List<byte[]> requests) {}

    /** Measures some kinds against a server that is warm. */
    void measure(MarkdownReport report, Child reprise, List<Kind> kinds) {
        report.section("Exact hits over HTTP");
        report.paragraph(String.format(
                Locale.ROOT,
                "%d connections, one request at a time on each; %d alternating rounds of %.1f s for each server after %d s of warm-up. The bare"
                        + " server is a Vert.x server with the same JVM options that reads the body and answers with the same headers and"
                        + " bytes. The load generator shares the machine's cores with the server it asks, the other one idles.",
                effort.connections(),
                effort.rounds(),
                effort.round().toMillis() / 1000.0,
                effort.warmUp().toSeconds()));
        List<List<String>> rows = new ArrayList<>();
        for (Kind kind : kinds) {
            rows.addAll(measure(reprise, kind));
        }
        report.table(
                List.of("hit", "requests/s, median [95 %]", "requests", "p50 / p90 / p99, ms", "share of bare", "goal"),
                rows);
    }

    private List<List<String>> measure(Child reprise, Kind kind) {
        Supplier<byte[]> requests = Requests.inTurn(kind.requests());
        LongStream.Builder ours = LongStream.builder();
        LongStream.Builder theirs = LongStream.builder();
        var rounds = new AlternatingRounds();
        try (Child bare = bareServerFor(reprise, kind);
                var toReprise = new LoadGenerator(reprise.port(), effort.connections());
                var toBare = new LoadGenerator(bare.port(), effort.connections())) {
            for (long second = 0; second < effort.warmUp().toSeconds(); second++) {
                toReprise.during(WARM_UP_STEP, requests);
                toBare.during(WARM_UP_STEP, requests);
            }
            for (int i = 0; i < effort.rounds(); i++) {
                rounds.measure(
                        () -> rate(toReprise.during(effort.round(), requests), kind, ours),
                        () -> rate(toBare.during(effort.round(), requests), kind, theirs));
            }
        }
        Quantiles ourTimes = Quantiles.of(ours.build().toArray());
        Quantiles theirTimes = Quantiles.of(theirs.build().toArray());
        boolean met = rounds.ratio().median() >= GOAL;
        return List.of(
                List.of(
                        kind.name(),
                        whole(rounds.ours().in(1)),
                        count(ourTimes),
                        ourTimes.millis(),
                        rounds.ratio().in(1),
                        ">= " + GOAL + (met ? ": met" : ": MISSED")),
                List.of(
                        "bare server for it",
                        whole(rounds.theirs().in(1)),
                        count(theirTimes),
                        theirTimes.millis(),
                        "1",
                        ""));
    }

    /** The bare server answers what the server answers, its outcome header included. */
    private static double rate(LoadGenerator.Round round, Kind kind, LongStream.Builder nanos) {
        Arrays.stream(round.requireMostly(kind.outcome(), 1).nanos()).forEach(nanos);
        return round.requestsPerSecond();
    }

    private Child bareServerFor(Child reprise, Kind kind) {
        byte[] request = kind.requests().getFirst();
        String text = new String(request, StandardCharsets.UTF_8);
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> hit = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + reprise.port() + kind.path()))
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            List<String> headers = new ArrayList<>();
            hit.headers()
                    .map()
                    .forEach((name, values) -> values.forEach(value -> {
                        if (!OWN.contains(name)) {
                            headers.add(name + ": " + value);
                        }
                    }));
            Path headerFile = Files.write(scratch.resolve("hit-headers"), headers, StandardCharsets.ISO_8859_1);
            Path bodyFile = Files.write(scratch.resolve("hit-body"), hit.body());
            return servers.bare(reprise.jvmOptions(), headerFile, bodyFile);
        } catch (IOException e) {
            throw new UncheckedIOException("no answer to a hit", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String whole(String perSecond) {
        return perSecond.replaceAll("\\.\\d+", "");
    }

    private static String count(Quantiles quantiles) {
        return String.format(Locale.ROOT, "%,d", quantiles.count());
    }
}
