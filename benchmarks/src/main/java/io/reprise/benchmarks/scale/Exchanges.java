package io.reprise.benchmarks.scale;

import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Whether an index still finds the nearest after its entries were exchanged many times: each generation deletes a share of them, by
 * chance, and stores as many others.
 */
final class Exchanges {
    private static final int GENERATIONS = 20;
    private static final double EXCHANGED = 0.1;
    private static final int EACH = 5;
    private static final double GOAL = 0.99;
    private static final long SEED = 3;

    private final GrownIndex index;
    private final Questions questions;
    private final int live;
    private final Random random = new Random(SEED);
    private final List<Integer> stored = new ArrayList<>();
    private int next;

    /**
     * @param index empty
     * @param live how many entries there are at any time
     */
    Exchanges(GrownIndex index, Questions questions, int live) {
        this.index = index;
        this.questions = questions;
        this.live = live;
    }

    /** How many entries are stored from first to last. */
    static int needed(int live) {
        return (int) (live * (1 + GENERATIONS * EXCHANGED));
    }

    /** Writes the section; returns the recall at the end. */
    Proportion report(MarkdownReport report) {
        index.grow(live);
        for (next = 0; next < live; next++) {
            stored.add(next);
        }
        List<List<String>> rows = new ArrayList<>();
        Proportion recall = measure(rows, 0);
        for (int generation = 1; generation <= GENERATIONS; generation++) {
            exchange();
            if (generation % EACH == 0) {
                recall = measure(rows, generation);
            }
        }
        report.section("After deletes and adds");
        report.paragraph(String.format(
                Locale.ROOT,
                "%,d entries at any time. Each generation deletes %.0f %% of them, drawn by chance, and stores as many others; %d generations make %.0f times the entries. Measured"
                        + " when nothing is merged any more.",
                live,
                100 * EXCHANGED,
                GENERATIONS,
                1 + GENERATIONS * EXCHANGED));
        report.table(
                List.of(
                        "generation",
                        "segments",
                        "bytes/entry with completion",
                        "search, p50 / p90 / p99 ms",
                        "recall@1"),
                rows);
        report.paragraph(String.format(
                Locale.ROOT,
                "recall@1 at the end: **%s**, goal %.0f %%: %s.",
                recall,
                100 * GOAL,
                recall.rate() >= GOAL ? "met" : "MISSED"));
        return recall;
    }

    private void exchange() {
        int count = (int) (live * EXCHANGED);
        for (int i = 0; i < count; i++) {
            int place = random.nextInt(stored.size());
            index.remove(stored.get(place));
            index.store(next);
            stored.set(place, next);
            next++;
        }
    }

    private Proportion measure(List<List<String>> rows, int generation) {
        index.settle();
        var isStored = new BitSet(next);
        stored.forEach(isStored::set);
        List<float[]> probes = questions.probes();
        var truth = Truth.of(questions, probes, next, isStored::get);
        var times = SearchTimes.of(index.index(), probes, truth, Questions.InScope.LARGE, 1);
        rows.add(List.of(
                Integer.toString(generation),
                Integer.toString(index.files().segments()),
                String.format(Locale.ROOT, "%,.0f", (double) index.files().bytes() / live),
                times.nanos().millis(),
                times.recall().toString()));
        return times.recall();
    }
}
