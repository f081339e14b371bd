package io.reprise.benchmarks.http;

import static java.util.Objects.requireNonNull;

import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.http.Caller.Called;
import io.reprise.benchmarks.report.AlternatingRounds;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.MedianEstimate;
import io.reprise.benchmarks.report.Quantiles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * What a stream's first byte takes longer through Reprise than without it, one call at a time: each prompt is asked in every way, the
 * ways taking turns at being first. Two proxies that do nothing but pass on show what of it is the machine's and Vert.x's. What the
 * server's stages took of a lookup it says in its metrics, which are read after each call.
 *
 * <p>Before that all ways are called by many at once, so that servers are measured as they run after a while and not as they start.
 */
final class FirstByte {
    private static final double MISS_GOAL_NANOS = 1e6;
    private static final double BYPASS_GOAL_NANOS = 0.5e6;
    /** Of real questions one in four means by chance what another does. Such a call does not count; the rest must still be most. */
    private static final double MEANT_AT_LEAST = 0.5;
    /** Of a bypass: answers short enough that calls follow closely. A miss is asked as the entries were, to search among them. */
    private static final int MAX_TOKENS = 16;

    private static final int WARM_UP_CALLERS = 32;
    private static final int WARM_UP_CALLS = 5000;

    private static final String DIRECT = "straight to upstream";
    private static final String EVENT_LOOPS = "through a bare proxy on event loops";
    private static final String VIRTUAL_THREADS = "through a bare proxy on virtual threads";
    private static final String REPRISE = "through Reprise";

    private final Map<String, Integer> ports;
    private final int rounds;

    /** Of the servers, each on its own; the proxies pass on to the same upstream as Reprise. */
    FirstByte(Child reprise, Child onEventLoops, Child onVirtualThreads, Child upstream, int rounds) {
        ports = new LinkedHashMap<>();
        ports.put(DIRECT, upstream.port());
        ports.put(EVENT_LOOPS, onEventLoops.port());
        ports.put(VIRTUAL_THREADS, onVirtualThreads.port());
        ports.put(REPRISE, reprise.port());
        this.rounds = rounds;
    }

    /** Calls every way until it is fast, with prompts that are not among those measured. */
    void warmUp() {
        ports.values().forEach(port -> {
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> ended = new ArrayList<>();
                for (int i = 0; i < WARM_UP_CALLERS; i++) {
                    int first = i;
                    ended.add(callers.submit(() -> warmUp(port, first)));
                }
                ended.forEach(FirstByte::join);
            }
        });
    }

    /** Prompts that nobody asked before. */
    void misses(MarkdownReport report, List<String> prompts) {
        report.section("First byte of a streamed miss");
        Times times = measure(prompts, false);
        times.table(report);
        times.stages(report);
        MedianEstimate beyond = times.beyondEmbedding.difference();
        report.paragraph("Added by Reprise, difference of the rounds' medians: "
                + of(times.added, REPRISE).difference().in(1e6)
                + " ms; without what the server took to embed each prompt: **" + beyond.in(1e6)
                + " ms**, goal at most 1 ms: " + verdict(beyond.median() <= MISS_GOAL_NANOS) + ".");
    }

    /** Calls that Reprise reads and lets pass: they ask for two choices. */
    void bypasses(MarkdownReport report, List<String> prompts) {
        report.section("First byte of a streamed bypass");
        Times times = measure(prompts, true);
        times.table(report);
        MedianEstimate added = of(times.added, REPRISE).difference();
        report.paragraph("Added by Reprise, difference of the rounds' medians: **" + added.in(1e6)
                + " ms**, goal at most 0.5 ms: " + verdict(added.median() <= BYPASS_GOAL_NANOS) + ".");
    }

    private static Void warmUp(int port, int first) {
        try (var caller = new Caller(port)) {
            for (int i = first; i < WARM_UP_CALLS; i += WARM_UP_CALLERS) {
                caller.call(request("Which is warmer, the " + i + "th cup or the next one?", i % 2 == 0));
            }
        }
        return null;
    }

    private static void join(Future<?> ended) {
        try {
            ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] request(String prompt, boolean bypass) {
        var body = Requests.asking(Prompt.MODEL, prompt).put("stream", true);
        return Requests.post("/v1/chat/completions", bypass ? body.put("n", 2).put("max_tokens", MAX_TOKENS) : body);
    }

    private Times measure(List<String> prompts, boolean bypass) {
        int each = prompts.size() / rounds;
        Times all = new Times(each);
        Map<String, Caller> callers = new LinkedHashMap<>();
        ports.forEach((way, port) -> callers.put(way, new Caller(port)));
        try (var stages = new StageSeconds(of(ports, REPRISE))) {
            List<String> ways = new ArrayList<>(ports.keySet());
            for (int round = 0; round < rounds; round++) {
                Times now = new Times(each);
                for (int i = 0; i < each; i++) {
                    byte[] asked = request(prompts.get(round * each + i), bypass);
                    for (String way : ways) {
                        Called called = of(callers, way).call(asked);
                        if (!way.equals(REPRISE)) {
                            now.without(way, called);
                        } else if (bypass) {
                            now.through(called, Map.of(), "bypass");
                        } else {
                            now.through(called, stages.since(), "miss");
                        }
                    }
                    Collections.rotate(ways, 1);
                }
                all.add(now);
            }
        } finally {
            callers.values().forEach(Caller::close);
        }
        return all;
    }

    private static <V> V of(Map<String, V> byName, String name) {
        return requireNonNull(byName.get(name), name);
    }

    private static String verdict(boolean met) {
        return met ? "met" : "MISSED";
    }

    /** Times to the first byte, of one round or of all. */
    private static final class Times {
        private final int each;
        private final Map<String, List<Long>> byWay = new LinkedHashMap<>();
        private final Map<String, List<Long>> byStage = new LinkedHashMap<>();
        private final List<Long> beyond = new ArrayList<>();
        private final Map<String, AlternatingRounds> added = new LinkedHashMap<>();
        private final AlternatingRounds beyondEmbedding = new AlternatingRounds();

        Times(int each) {
            this.each = each;
            List.of(DIRECT, EVENT_LOOPS, VIRTUAL_THREADS, REPRISE).forEach(way -> byWay.put(way, new ArrayList<>()));
        }

        void without(String way, Called called) {
            if (!called.outcome().equals("ok") || !called.complete()) {
                throw new IllegalStateException(way + " came " + called);
            }
            of(byWay, way).add(called.firstByteNanos());
        }

        void through(Called called, Map<String, Long> stages, String outcome) {
            if (called.outcome().equals(outcome) && called.complete()) {
                of(byWay, REPRISE).add(called.firstByteNanos());
                stages.forEach((stage, nanos) -> byStage.computeIfAbsent(stage, first -> new ArrayList<>())
                        .add(nanos));
                beyond.add(called.firstByteNanos() - stages.getOrDefault("embed", 0L));
            }
        }

        void add(Times round) {
            int meant = of(round.byWay, REPRISE).size();
            if (meant < MEANT_AT_LEAST * each) {
                throw new IllegalStateException("only " + meant + " of " + each + " went as meant");
            }
            double direct = median(of(round.byWay, DIRECT));
            round.byWay.forEach((way, nanos) -> {
                of(byWay, way).addAll(nanos);
                added.computeIfAbsent(way, first -> new AlternatingRounds()).add(median(nanos), direct);
            });
            round.byStage.forEach((stage, nanos) ->
                    byStage.computeIfAbsent(stage, first -> new ArrayList<>()).addAll(nanos));
            beyondEmbedding.add(median(round.beyond), direct);
        }

        void table(MarkdownReport report) {
            report.paragraph(String.format(
                    Locale.ROOT,
                    "%d rounds of %d new prompts each, one call at a time, on a connection that is kept. All servers have answered"
                            + " %,d calls before.",
                    beyondEmbedding.ours().rounds(),
                    each,
                    WARM_UP_CALLS));
            List<List<String>> rows = new ArrayList<>();
            byWay.forEach((way, nanos) -> rows.add(List.of(
                    way,
                    String.format(Locale.ROOT, "%,d", nanos.size()),
                    Quantiles.of(array(nanos)).millis(),
                    way.equals(DIRECT) ? "" : of(added, way).difference().in(1e6))));
            report.table(List.of("call", "count", "p50 / p90 / p99, ms", "added, ms [95 %]"), rows);
        }

        void stages(MarkdownReport report) {
            List<List<String>> rows = new ArrayList<>();
            StageSeconds.STAGES.stream().filter(byStage::containsKey).forEach(stage -> {
                List<Long> nanos = of(byStage, stage);
                rows.add(List.of(
                        stage,
                        String.format(Locale.ROOT, "%,d", nanos.size()),
                        Quantiles.of(array(nanos)).millis()));
            });
            report.paragraph("What its lookups took of that, as the server's metrics say:");
            report.table(List.of("stage", "count", "p50 / p90 / p99, ms"), rows);
        }

        private static double median(List<Long> nanos) {
            return Quantiles.of(array(nanos)).p50Nanos();
        }

        private static long[] array(List<Long> nanos) {
            return nanos.stream().flatMapToLong(LongStream::of).toArray();
        }
    }
}
