package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.Entry;
import io.reprise.index.EntryIndex;
import io.reprise.index.FlatIndex;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.index.Neighbour;
import io.reprise.index.SearchScope;
import io.reprise.server.protocol.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nearest neighbour that the index on disk finds is the one that comparing every two vectors finds, on texts of the real model. */
class IndexRecallTest {
    private static final int ENTRIES = 5_000;
    private static final int QUERIES = 500;
    private static final List<String> ASKING = List.of(
            "How do I",
            "Why should one",
            "When is it best to",
            "Is it legal to",
            "What does it cost to",
            "Who can help me to");
    private static final List<String> DOING = List.of(
            "repair",
            "paint",
            "insure",
            "rent",
            "sell",
            "clean",
            "import",
            "photograph",
            "restore",
            "move",
            "store",
            "recycle");
    private static final List<String> THING = List.of(
            "a wooden boat",
            "an electric piano",
            "my grandfather's watch",
            "a leaking roof",
            "two bicycles",
            "a beehive",
            "an old tractor",
            "solar panels",
            "a marble statue",
            "a wedding dress",
            "thirty chairs",
            "a fish tank",
            "a stamp collection",
            "the office printer");
    private static final List<String> WHERE = List.of(
            "in winter",
            "without tools",
            "in Lisbon",
            "for a school",
            "on a small island",
            "before Friday",
            "with my children",
            "during a strike",
            "in a tiny flat",
            "for less than 90 euros");

    private static final SentenceEmbedder embedder = BundledModels.embedder();

    @Test
    void madeUpQuestions_areFoundAsByComparingAll(@TempDir Path folder) {
        List<String> texts = new ArrayList<>(madeUp());
        assertRecall(texts, folder);
    }

    @Test
    void realQuestions_areFoundAsByComparingAll(@TempDir Path folder) throws IOException {
        Path file = Path.of(System.getProperty("reprise.eval.data")).resolve("stream_qqp.jsonl.gz");
        assumeTrue(Files.exists(file), "skipped: the evaluation data is not on this machine");
        Set<String> texts = new LinkedHashSet<>();
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine();
                    line != null && texts.size() < ENTRIES + QUERIES;
                    line = lines.readLine()) {
                texts.add(StrictJson.parse(line.getBytes(StandardCharsets.UTF_8))
                        .path("text")
                        .asText());
            }
        }
        assertRecall(List.copyOf(texts), folder);
    }

    /** Stores the first texts in both indexes and asks both for the nearest of each of the others. */
    private static void assertRecall(List<String> texts, Path folder) {
        assertEquals(ENTRIES + QUERIES, texts.size());
        List<float[]> vectors = texts.parallelStream()
                .map(text -> ((Embedding.Vector) embedder.embed(text)).vector())
                .toList();
        IndexOptions options =
                IndexOptions.of(embedder.dimension(), embedder.modelName()).withRecentEntries(256);
        try (EntryIndex index = LuceneIndex.open(folder, options, Clock.systemUTC());
                EntryIndex oracle = new FlatIndex(embedder.dimension(), Clock.systemUTC())) {
            for (int i = 0; i < ENTRIES; i++) {
                index.put(entry(i, texts.get(i)), vectors.get(i));
                oracle.put(entry(i, texts.get(i)), vectors.get(i));
            }
            int found = 0;
            for (float[] query : vectors.subList(ENTRIES, ENTRIES + QUERIES)) {
                // Equal cosines are equally near.
                found +=
                        nearest(index, query).cosine() == nearest(oracle, query).cosine() ? 1 : 0;
            }
            assertTrue(found >= 0.99 * QUERIES, "recall@1 is " + found + " of " + QUERIES);
        }
    }

    private static Neighbour nearest(EntryIndex index, float[] query) {
        return index.search(query, new SearchScope("scope", 0, Long.MIN_VALUE), 16)
                .getFirst();
    }

    private static Entry entry(int number, String text) {
        return new Entry(
                "entry-" + number,
                "scope",
                "anybody",
                "default",
                null,
                text,
                new byte[] {1},
                List.of(),
                0,
                Long.MAX_VALUE);
    }

    private static Set<String> madeUp() {
        Random random = new Random(20);
        Set<String> texts = new LinkedHashSet<>();
        while (texts.size() < ENTRIES + QUERIES) {
            texts.add(String.join(" ", any(ASKING, random), any(DOING, random), any(THING, random), any(WHERE, random))
                    + "?");
        }
        return texts;
    }

    private static String any(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }
}
