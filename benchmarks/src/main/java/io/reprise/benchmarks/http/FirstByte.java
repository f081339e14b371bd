package io.reprise.benchmarks.http;

import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.http.Caller.Called;
import io.reprise.benchmarks.report.AlternatingRounds;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.MedianEstimate;
import io.reprise.benchmarks.report.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * What a stream's first byte takes longer through Reprise than without it, one call at a time: each prompt is asked of both, of the
 * one first and of the other in turns. What the server itself took to embed the prompt it says in its metrics, which are read before
 * and after each call.
 */
final class FirstByte {
    private static final double MISS_GOAL_NANOS = 1e6;
    private static final double BYPASS_GOAL_NANOS = 0.5e6;
    /** Of real questions one in four means by chance what another does. Such a call does not count; the rest must still be most. */
    private static final double MEANT_AT_LEAST = 0.5;

    private static final Pattern EMBEDDED = Pattern.compile("reprise_lookup_seconds_sum\\{stage=\"embed\"} (\\S+)");
    private static final byte[] METRICS = Requests.get("/metrics");

    private final Child reprise;
    private final Child upstream;
    private final int rounds;

    FirstByte(Child reprise, Child upstream, int rounds) {
        this.reprise = reprise;
        this.upstream = upstream;
        this.rounds = rounds;
    }

    /** Prompts that nobody asked before. */
    void misses(MarkdownReport report, List<String> prompts) {
        report.section("First byte of a streamed miss");
        Times times = measure(prompts, Requests::streamedChat, "miss");
        report.paragraph(times.described());
        times.table(report, true);
        double beyond = times.perRound.difference().median();
        report.paragraph("Added, difference of the rounds' medians: "
                + times.added.difference().in(1e6)
                + " ms; without what the server took to embed each prompt: **"
                + times.perRound.difference().in(1e6)
                + " ms**, goal at most 1 ms: " + verdict(beyond <= MISS_GOAL_NANOS) + ".");
    }

    /** Calls that Reprise reads and lets pass: they ask for two choices. */
    void bypasses(MarkdownReport report, List<String> prompts) {
        report.section("First byte of a streamed bypass");
        Times times = measure(
                prompts,
                prompt -> Requests.post(
                        "/v1/chat/completions",
                        Requests.asking(Prompt.MODEL, prompt)
                                .put("stream", true)
                                .put("n", 2)),
                "bypass");
        report.paragraph(times.described());
        times.table(report, false);
        MedianEstimate added = times.added.difference();
        report.paragraph("Added, difference of the rounds' medians: **" + added.in(1e6) + " ms**, goal at most 0.5 ms: "
                + verdict(added.median() <= BYPASS_GOAL_NANOS) + ".");
    }

    private Times measure(List<String> prompts, Function<String, byte[]> request, String outcome) {
        int each = prompts.size() / (rounds + 1);
        Times all = new Times(each);
        try (var ours = new Caller(reprise.port());
                var theirs = new Caller(upstream.port());
                var metrics = new Caller(reprise.port())) {
            // The first round warms both ways up, and does not count.
            for (int round = 0; round <= rounds; round++) {
                Times now = new Times(each);
                for (int i = 0; i < each; i++) {
                    byte[] asked = request.apply(prompts.get(round * each + i));
                    if (i % 2 == 0) {
                        now.direct(theirs.call(asked));
                    }
                    double before = embeddedSeconds(metrics);
                    Called called = ours.call(asked);
                    now.through(called, (embeddedSeconds(metrics) - before) * 1e9, outcome);
                    if (i % 2 == 1) {
                        now.direct(theirs.call(asked));
                    }
                }
                if (round > 0) {
                    all.add(now);
                }
            }
        }
        return all;
    }

    private static double embeddedSeconds(Caller metrics) {
        Matcher sum = EMBEDDED.matcher(metrics.body(METRICS));
        return sum.find() ? Double.parseDouble(sum.group(1)) : 0;
    }

    private static String verdict(boolean met) {
        return met ? "met" : "MISSED";
    }

    /** Times to the first byte, of one round or of all. */
    private static final class Times {
        private final int each;
        private final List<Long> direct = new ArrayList<>();
        private final List<Long> through = new ArrayList<>();
        private final List<Long> embedding = new ArrayList<>();
        private final List<Long> beyond = new ArrayList<>();
        private final AlternatingRounds added = new AlternatingRounds();
        private final AlternatingRounds perRound = new AlternatingRounds();

        Times(int each) {
            this.each = each;
        }

        void direct(Called called) {
            if (!called.outcome().equals("ok") || !called.complete()) {
                throw new IllegalStateException("upstream answered " + called);
            }
            direct.add(called.firstByteNanos());
        }

        void through(Called called, double embeddedNanos, String outcome) {
            if (called.outcome().equals(outcome) && called.complete()) {
                through.add(called.firstByteNanos());
                embedding.add(Math.round(embeddedNanos));
                beyond.add(called.firstByteNanos() - Math.round(embeddedNanos));
            }
        }

        void add(Times round) {
            if (round.through.size() < MEANT_AT_LEAST * each) {
                throw new IllegalStateException("only " + round.through.size() + " of " + each + " went as meant");
            }
            direct.addAll(round.direct);
            through.addAll(round.through);
            embedding.addAll(round.embedding);
            added.add(median(round.through), median(round.direct));
            perRound.add(median(round.beyond), median(round.direct));
        }

        String described() {
            return String.format(
                    Locale.ROOT,
                    "%d rounds of %d new prompts each, one call at a time on one connection.",
                    added.ours().rounds(),
                    each);
        }

        void table(MarkdownReport report, boolean embedded) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(row("straight to upstream", direct));
            rows.add(row("through Reprise", through));
            if (embedded) {
                rows.add(row("of that, embedding", embedding));
            }
            report.table(List.of("call", "count", "p50 / p90 / p99, ms"), rows);
        }

        private static List<String> row(String name, List<Long> nanos) {
            Quantiles quantiles = Quantiles.of(nanos(nanos));
            return List.of(name, String.format(Locale.ROOT, "%,d", quantiles.count()), quantiles.millis());
        }

        private static double median(List<Long> nanos) {
            return Quantiles.of(nanos(nanos)).p50Nanos();
        }

        private static long[] nanos(List<Long> nanos) {
            return nanos.stream().flatMapToLong(LongStream::of).toArray();
        }
    }
}
