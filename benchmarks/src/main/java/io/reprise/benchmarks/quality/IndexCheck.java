package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.StageTimes;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Quantiles;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.cache.StageTimer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A stream once more under what a server starts with, through the server's own cache and index: whether that loses anything, and what its
 * stages take.
 *
 * @param found what became of the stream
 * @param embedding what embedding texts takes, one at a time on one thread
 */
record IndexCheck(Tally found, StageTimes times, Quantiles embedding) {
    private static final int TIMED_EMBEDDINGS = 2_000;

    /**
     * Runs it.
     *
     * @param counts whether it counts what becomes of a text
     * @param folder for the index, made and deleted
     */
    static IndexCheck run(
            QuestionStream stream,
            Judge judge,
            ProductPolicy policy,
            EmbeddingCache embeddings,
            SentenceEmbedder embedder,
            int candidates,
            Predicate<String> counts,
            Path folder) {
        PreparedData.delete(folder);
        var times = new StageTimes();
        Tally found = CacheReplay.run(stream, judge, policy, embeddings, embedder, candidates, counts, times, folder);
        PreparedData.delete(folder);
        List<String> texts = stream.texts()
                .subList(0, Math.min(TIMED_EMBEDDINGS, stream.texts().size()));
        long[] nanos = new long[texts.size()];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            embedder.embed(texts.get(i));
            nanos[i] = System.nanoTime() - start;
        }
        return new IndexCheck(found, times, Quantiles.of(nanos));
    }

    /**
     * Writes it.
     *
     * @param policy its name
     * @param expected what became of the stream by comparing every two texts
     */
    void write(MarkdownReport report, String policy, Tally expected) {
        report.section("Through the server's cache and its index on disk: " + policy);
        report.table(
                List.of("stream_qqp", "exact", "right", "surely wrong", "wrong by closure", "unknown"),
                List.of(counts("every two texts compared", expected), counts("cache and index", found)));
        report.paragraph("Times of its stages while the index grows and is written, one lookup at a time:");
        times.report(report, Set.of(StageTimer.Stage.EMBED));
        report.paragraph("Embedding, one text of the stream at a time on one thread: " + embedding.millis()
                + " ms (p50 / p90 / p99 of " + embedding.count() + ").");
    }

    private static List<String> counts(String name, Tally tally) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (long count :
                new long[] {tally.exact(), tally.right(), tally.surelyWrong(), tally.wrongByClosure(), tally.unknown()
                }) {
            cells.add(String.format(Locale.ROOT, "%,d", count));
        }
        return cells;
    }
}
