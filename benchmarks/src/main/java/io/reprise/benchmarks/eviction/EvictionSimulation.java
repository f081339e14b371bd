package io.reprise.benchmarks.eviction;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.server.cache.eviction.Residents;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What is still answered, and saved, when a cache holds only a part of what is asked, by the policy that chooses what goes.
 *
 * <pre>{@code
 * benchmarks/run eviction --out benchmarks/results/eviction.md     # about a minute
 * }</pre>
 *
 * <p>Without the evaluation data (system property {@code reprise.eval.data}) it says so and ends well.
 */
@Command(
        name = "eviction",
        mixinStandardHelpOptions = true,
        description = "Hits and savings of a cache that is too small, by policy.")
public final class EvictionSimulation implements Callable<Integer> {
    private static final long SEED = 7;
    private static final double[] SHARES = {0.05, 0.1, 0.2, 0.5};
    private static final int[] SAMPLES = {4, 8, 16, 32, 64, 128};
    private static final double SAMPLED_AT = 0.1;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new EvictionSimulation()).execute(args));
    }

    @Override
    public Integer call() {
        Workspace workspace = Workspace.ofProcess();
        Optional<EvaluationData> data = EvaluationData.in(workspace.evaluationData());
        if (data.isEmpty()) {
            System.out.println("There is no evaluation data in " + workspace.evaluationData()
                    + " (system property reprise.eval.data): nothing to replay.");
            return 0;
        }
        var report = new MarkdownReport(
                "What to drop when the cache is full",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run eviction");
        report.paragraph(
                "Streams of questions through a cache that holds a part of their distinct texts. A request hits when its text is stored, or another text of its class; a"
                        + " miss stores its own. Answers have made-up lengths (log-normal, median 200 tokens, seeded) and the list prices of gpt-4o-mini, gpt-4o and"
                        + " claude-sonnet-4-5 (60, 30 and 10 % of the texts). In each cell: share of the requests that hit, and share of what all requests would cost that"
                        + " is saved. `server` is the code that the server runs, with a sample of "
                        + Residents.SAMPLE
                        + ". LRU, LFU, LFU with dynamic ageing (Arlitt et al. 2000) and GreedyDual-Size-Frequency (Cherkasova 1998) find the least exactly, the hyperbolic"
                        + " ones (Blankstein et al. 2017) among 64.");
        for (Workload workload : workloads(data.get())) {
            section(report, workload);
        }
        Workload first = Workload.of("stream_qqp", data.get().stream(), SEED);
        report.section("How many are compared");
        report.paragraph(
                "The server's policy on stream_qqp, with room for a tenth of the bytes, by the size of the random sample of which the least goes.");
        report.table(
                List.of("sample", "hits, saved"),
                Arrays.stream(SAMPLES)
                        .mapToObj(sample -> List.of(
                                Integer.toString(sample),
                                cell(
                                        first,
                                        (workload, capacity) -> new OfTheServer(workload, capacity, sample),
                                        SAMPLED_AT,
                                        true)))
                        .toList());
        report.section("What it costs");
        report.paragraph(AccountCost.measured().sentence());
        report.write(out);
        return 0;
    }

    private static List<Workload> workloads(EvaluationData data) {
        List<StreamRow> qqp = data.stream();
        List<Workload> workloads = new ArrayList<>();
        workloads.add(Workload.of("stream_qqp", qqp, SEED));
        workloads.add(
                Workload.of("stream_qqp, its classes in and out of fashion", Workload.inFashion(qqp, SEED), SEED));
        List<StreamRow> banking = data.bankingStream();
        if (!banking.isEmpty()) {
            workloads.add(Workload.of("stream_banking", banking, SEED));
            workloads.add(Workload.of(
                    "stream_qqp and then stream_banking",
                    Stream.concat(qqp.stream(), banking.stream()).toList(),
                    SEED));
        }
        return workloads;
    }

    private static Map<String, BiFunction<Workload, Capacity, Store>> stores() {
        Map<String, BiFunction<Workload, Capacity, Store>> stores = new LinkedHashMap<>();
        for (Ranked.Policy policy : Ranked.Policy.values()) {
            stores.put(policy.title(), (workload, capacity) -> new Ranked(policy, workload, capacity));
        }
        stores.put("**server**", (workload, capacity) -> new OfTheServer(workload, capacity, Residents.SAMPLE));
        return stores;
    }

    private static void section(MarkdownReport report, Workload workload) {
        report.section(workload.name());
        Replay.Outcome all =
                Replay.of(workload, new Ranked(Ranked.Policy.LRU, workload, new Capacity(Long.MAX_VALUE, true)));
        report.paragraph(String.format(
                Locale.ROOT,
                "%,d requests, %,d distinct texts, %.0f MB with their answers. With room for all of them: %s.",
                workload.texts().length,
                workload.distinct(),
                workload.allBytes() / 1e6,
                shown(all)));
        for (boolean inBytes : new boolean[] {true, false}) {
            report.paragraph(inBytes ? "Bounded in bytes:" : "Bounded in entries:");
            List<String> head = Stream.concat(
                            Stream.of("policy"),
                            DoubleStream.of(SHARES)
                                    .mapToObj(share -> String.format(Locale.ROOT, "%.0f %%", 100 * share)))
                    .toList();
            report.table(
                    head,
                    stores().entrySet().stream()
                            .parallel()
                            .map(store -> Stream.concat(
                                            Stream.of(store.getKey()),
                                            DoubleStream.of(SHARES)
                                                    .mapToObj(
                                                            share -> cell(workload, store.getValue(), share, inBytes)))
                                    .toList())
                            .toList());
        }
    }

    private static String cell(
            Workload workload, BiFunction<Workload, Capacity, Store> store, double share, boolean inBytes) {
        return shown(Replay.of(workload, store.apply(workload, Capacity.ofShare(workload, share, inBytes))));
    }

    private static String shown(Replay.Outcome outcome) {
        return String.format(Locale.ROOT, "%.1f %%, %.1f %%", 100 * outcome.hits(), 100 * outcome.saved());
    }
}
