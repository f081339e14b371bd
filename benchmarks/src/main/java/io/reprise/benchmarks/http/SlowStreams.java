package io.reprise.benchmarks.http;

import io.reprise.benchmarks.http.Caller.Called;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Memory;
import io.reprise.benchmarks.report.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Many slow streams at one time, all begun at once, and what they take of the server's memory. */
final class SlowStreams {
    private static final long SAMPLE_MILLIS = 200;

    private final Child reprise;
    private final Child upstream;
    private final int tokenMillis;

    /** @param tokenMillis what upstream waits between events */
    SlowStreams(Child reprise, Child upstream, int tokenMillis) {
        this.reprise = reprise;
        this.upstream = upstream;
        this.tokenMillis = tokenMillis;
    }

    /** Each prompt at the same time, first straight to upstream, then through Reprise. */
    void measure(MarkdownReport report, List<String> prompts) {
        List<byte[]> requests = prompts.stream().map(Requests::streamedChat).toList();
        report.section(String.format(Locale.ROOT, "%,d slow streams at once", requests.size()));
        report.paragraph(String.format(
                Locale.ROOT,
                "As many connections ask for a stream each at the same moment, of prompts that nothing cached answers; upstream pauses %d ms"
                        + " between events. Their clients share the machine's cores with both servers.",
                tokenMillis));
        List<Called> direct = all(upstream.port(), requests);
        Memory before = Memory.afterCollection(reprise.pid());
        var most = new AtomicReference<>(before.resident());
        List<Called> through;
        try (ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> sampling = sampler.scheduleAtFixedRate(
                    () -> most.accumulateAndGet(Memory.residentOf(reprise.pid()), Math::max),
                    0,
                    SAMPLE_MILLIS,
                    TimeUnit.MILLISECONDS);
            through = all(reprise.port(), requests);
            sampling.cancel(false);
        }
        Memory after = Memory.afterCollection(reprise.pid());
        report.table(
                List.of(
                        "streams",
                        "first byte, p50 / p90 / p99, ms",
                        "whole, p50 / p90 / p99, ms",
                        "outcomes",
                        "broken or cut short"),
                List.of(row("straight to upstream", direct), row("through Reprise", through)));
        report.table(
                List.of("memory of the server", "resident, MiB", "heap in use, MiB"),
                List.of(
                        memory("before, collected", before),
                        List.of("most while they ran", whole(most.get()), ""),
                        memory("after, collected", after)));
        long failed = through.stream().filter(SlowStreams::failed).count();
        report.paragraph("Without error: **" + (failed == 0 ? "met" : "MISSED, " + failed + " failed") + "**.");
    }

    private static List<Called> all(int port, List<byte[]> requests) {
        var start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Called>> calls = new ArrayList<>();
            for (byte[] request : requests) {
                calls.add(threads.submit(() -> {
                    try (var caller = new Caller(port)) {
                        start.await();
                        return caller.call(request);
                    }
                }));
            }
            start.countDown();
            List<Called> answers = new ArrayList<>();
            for (Future<Called> call : calls) {
                answers.add(call.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static List<String> row(String name, List<Called> calls) {
        Map<String, Long> outcomes =
                calls.stream().collect(Collectors.groupingBy(Called::outcome, TreeMap::new, Collectors.counting()));
        return List.of(
                name,
                quantiles(calls, Called::firstByteNanos),
                quantiles(calls, Called::nanos),
                outcomes.toString(),
                Long.toString(calls.stream().filter(SlowStreams::failed).count()));
    }

    private static boolean failed(Called call) {
        return !call.complete() || call.outcome().matches("broken|\\d+");
    }

    private static String quantiles(List<Called> calls, ToLongFunction<Called> nanos) {
        return Quantiles.of(calls.stream().mapToLong(nanos).toArray()).millis();
    }

    private static List<String> memory(String when, Memory memory) {
        return List.of(when, whole(memory.resident()), whole(memory.heapUsed()));
    }

    private static String whole(double mebibytes) {
        return String.format(Locale.ROOT, "%.0f", mebibytes);
    }
}
