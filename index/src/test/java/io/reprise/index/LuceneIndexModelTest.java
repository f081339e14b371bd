package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories, carried out on the flat index and on Lucene side by side: every answer must be the same. */
class LuceneIndexModelTest {

    private static final int DIMENSION = 16;
    private static final int STEPS = 1500;
    private static final IndexOptions OPTIONS =
            IndexOptions.of(DIMENSION, "model").withRecentEntries(16).withCommitInterval(Duration.ofDays(1));
    private static final List<String> WORDS =
            List.of("refund", "Password", "reset", "order", "Überweisung", "東京", "🚀", "don't", "x\uD800y");

    @TempDir
    Path folder;

    private final TestEntries.ManualClock clock = new TestEntries.ManualClock();
    private long now = TestEntries.NOW;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomHistory_answersAsFlatIndex(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FlatIndex flat = new FlatIndex(DIMENSION, clock);
        LuceneIndex lucene = LuceneIndex.open(folder, OPTIONS, clock);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(50) == 0) {
                now += random.nextLong(2000);
                clock.setMillis(now);
            }
            switch (random.nextInt(40)) {
                case 0 -> lucene.refresh();
                case 1 -> {
                    if (random.nextInt(5) == 0) {
                        lucene.commit();
                    }
                }
                case 2 -> {
                    if (random.nextInt(10) == 0) {
                        lucene.close();
                        lucene = LuceneIndex.open(folder, OPTIONS, clock);
                    }
                }
                default -> compareOne(random, flat, lucene, step);
            }
        }
        lucene.close();
    }

    private void compareOne(SplittableRandom random, EntryIndex flat, EntryIndex lucene, int step) {
        String at = "step " + step;
        switch (random.nextInt(19)) {
            case 0, 1, 2, 3, 4, 5 -> {
                Entry entry = randomEntry(random);
                float[] vector = random.nextInt(10) == 0 ? null : TestEntries.randomUnit(random, DIMENSION);
                assertEquals(flat.put(entry, vector), lucene.put(entry, vector), at);
            }
            case 6 -> {
                String id = randomId(random);
                assertEquals(flat.remove(id), lucene.remove(id), at);
            }
            case 7 -> {
                if (random.nextInt(5) == 0) {
                    EntryFilter filter = randomFilter(random);
                    assertEquals(sorted(flat.removeAll(filter, now)), sorted(lucene.removeAll(filter, now)), at);
                }
            }
            case 8, 9, 10, 11 -> {
                float[] vector = TestEntries.randomUnit(random, DIMENSION);
                long notBefore = random.nextInt(3) == 0 ? now - random.nextLong(3000) : Long.MIN_VALUE;
                SearchScope scope = new SearchScope(randomScope(random), now, notBefore);
                int k = 1 + random.nextInt(20);
                assertEquals(flat.search(vector, scope, k), lucene.search(vector, scope, k), at);
            }
            case 12, 13 -> {
                String id = randomId(random);
                assertEquals(
                        flat.get(id, now).map(LuceneIndexModelTest::shown),
                        lucene.get(id, now).map(LuceneIndexModelTest::shown),
                        at);
            }
            case 14 -> {
                EntryFilter filter = randomFilter(random);
                assertEquals(flat.count(filter, now), lucene.count(filter, now), at);
            }
            case 15 -> compareListing(random, flat, lucene, at);
            case 16 -> compareScan(random, flat, lucene, at);
            case 17 -> {
                List<String> ids = List.of(randomId(random), randomId(random));
                assertEquals(flat.removeAll(ids), lucene.removeAll(ids), at);
            }
            default -> {
                EntryFilter filter = randomFilter(random);
                String text = WORDS.get(random.nextInt(WORDS.size())) + " " + WORDS.get(random.nextInt(WORDS.size()));
                float[] vector = random.nextInt(5) == 0 ? null : TestEntries.randomUnit(random, DIMENSION);
                var what = new Resemblance(text, vector, (float) random.nextDouble(-0.5, 1));
                int limit = 1 + random.nextInt(20);
                assertEquals(
                        flat.resembling(what, filter, now, limit), lucene.resembling(what, filter, now, limit), at);
            }
        }
    }

    private void compareScan(SplittableRandom random, EntryIndex flat, EntryIndex lucene, String at) {
        EntryFilter filter = random.nextBoolean() ? EntryFilter.ofPrincipal(null) : randomFilter(random);
        int entries = 1 + random.nextInt(10);
        long bytes = 1 + random.nextLong(1000);
        String after = null;
        ScanPage actual;
        do {
            ScanPage expected = flat.scan(filter, now, after, entries, bytes);
            actual = lucene.scan(filter, now, after, entries, bytes);
            assertEquals(shown(expected), shown(actual), at);
            after = actual.last() ? null : actual.entries().getLast().entry().id();
        } while (!actual.last());
    }

    private void compareListing(SplittableRandom random, EntryIndex flat, EntryIndex lucene, String at) {
        EntryFilter filter = randomFilter(random);
        int limit = 1 + random.nextInt(10);
        String cursor = null;
        do {
            EntryPage expected = flat.list(filter, now, limit, cursor);
            EntryPage actual = lucene.list(filter, now, limit, cursor);
            assertEquals(
                    expected.entries().stream().map(LuceneIndexModelTest::shown).toList(),
                    actual.entries().stream().map(LuceneIndexModelTest::shown).toList(),
                    at);
            assertEquals(expected.nextCursor(), actual.nextCursor(), at);
            assertTrue(actual.entries().size() <= limit, at);
            cursor = actual.nextCursor();
        } while (cursor != null);
    }

    private Entry randomEntry(SplittableRandom random) {
        long created = now - random.nextLong(2000);
        String text = WORDS.get(random.nextInt(WORDS.size())) + " " + WORDS.get(random.nextInt(WORDS.size()));
        return new Entry(
                randomId(random),
                randomScope(random),
                "principal-" + random.nextInt(3),
                "namespace-" + random.nextInt(2),
                random.nextInt(3) == 0 ? null : "model-" + random.nextInt(2),
                text,
                ("answer " + random.nextInt()).getBytes(StandardCharsets.UTF_8),
                random.nextBoolean() ? List.of() : List.of("tag-" + random.nextInt(3), "tag-" + random.nextInt(3)),
                created,
                now + 1 + random.nextLong(4000));
    }

    private static EntryFilter randomFilter(SplittableRandom random) {
        return new EntryFilter(
                random.nextBoolean() ? null : "principal-" + random.nextInt(3),
                random.nextBoolean() ? null : "namespace-" + random.nextInt(2),
                random.nextInt(4) > 0 ? null : "tag-" + random.nextInt(3),
                random.nextInt(4) > 0 ? null : "model-" + random.nextInt(2),
                random.nextInt(4) > 0
                        ? null
                        : WORDS.get(random.nextInt(WORDS.size())).toUpperCase(Locale.ROOT),
                random.nextInt(4) > 0 ? null : TestEntries.NOW + random.nextLong(2000));
    }

    private static String randomId(SplittableRandom random) {
        return "id-" + random.nextInt(200);
    }

    private static String randomScope(SplittableRandom random) {
        return "scope-" + random.nextInt(3);
    }

    private static List<String> sorted(List<String> ids) {
        return ids.stream().sorted(Comparator.naturalOrder()).toList();
    }

    private static List<Object> shown(ScanPage page) {
        return page.entries().stream()
                .map(stored -> (Object) List.of(shown(stored.entry()), Arrays.toString(stored.vector())))
                .toList();
    }

    /** An entry with its payload as text, because arrays are equal by identity only. */
    private static List<Object> shown(Entry entry) {
        return List.of(
                entry.id(),
                entry.scope(),
                entry.principal(),
                entry.namespace(),
                String.valueOf(entry.model()),
                entry.text(),
                new String(entry.payload(), StandardCharsets.UTF_8),
                entry.tags(),
                entry.createdAtMillis(),
                entry.expiresAtMillis());
    }
}
