package io.reprise.benchmarks.corpus;

import io.reprise.benchmarks.corpus.Corpus.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/** A corpus for where there is no evaluation data: questions from a template that are really embedded, among clustered vectors. */
final class MadeUpQuestions {
    private static final int PARAPHRASES = 1_000;
    private static final int STRANGERS = 3_000;
    private static final int PROBES = 1_000;
    private static final long SEED = 7;
    private static final int THREADS = 2;

    private static final String[] VERBS = {
        "reset",
        "replace",
        "configure",
        "clean",
        "repair",
        "sell",
        "insure",
        "update",
        "install",
        "paint",
        "move",
        "share",
        "lock",
        "print",
        "translate",
        "record",
        "charge",
        "measure",
        "remove",
        "protect"
    };
    private static final String[] THINGS = {
        "password",
        "battery",
        "printer",
        "camera",
        "garden fence",
        "tax return",
        "washing machine",
        "bicycle",
        "database",
        "piano",
        "passport",
        "roof",
        "router",
        "wedding dress",
        "calendar",
        "savings account",
        "engine",
        "window",
        "tent",
        "telescope"
    };
    private static final String[] PLACES = {
        "my parents' house", "a small office", "an old laptop", "the school in our village", "a rented flat", "winter",
        "a foreign country", "the first week", "a hurry", "the dark", "Norway", "a hotel room"
    };

    private MadeUpQuestions() {}

    static Corpus corpus(EmbeddingCache vectors, int size) {
        List<String> stored = IntStream.range(0, Math.min(PARAPHRASES, size / 2))
                .mapToObj(i -> question("How do I", i))
                .toList();
        List<String> paraphrases = IntStream.range(0, stored.size())
                .mapToObj(i -> question("How can I", i))
                .toList();
        List<String> strangers = IntStream.range(stored.size(), stored.size() + STRANGERS)
                .mapToObj(i -> question("Who would help me", i))
                .toList();
        List<String> embedded = new ArrayList<>(stored);
        embedded.addAll(paraphrases);
        embedded.addAll(strangers);
        vectors.embedAll(embedded, THREADS);

        List<Question> entries = new ArrayList<>(size);
        for (String text : stored) {
            float[] vector = vectors.comparable(text);
            if (vector != null) {
                entries.add(new Question(text, vector));
            }
        }
        int dimension = entries.getFirst().vector().length;
        List<float[]> random = SeededVectors.clustered(size - entries.size() + PROBES, dimension, new Random(SEED));
        random.subList(PROBES, random.size())
                .forEach(vector -> entries.add(new Question("Made-up question " + entries.size(), vector)));
        return new Corpus(
                String.format(
                        Locale.ROOT,
                        "seeded clustered vectors, and %,d questions from a template with their own",
                        stored.size()),
                "made-up",
                entries,
                paraphrases,
                strangers,
                random.subList(0, PROBES));
    }

    private static String question(String start, int number) {
        String verb = VERBS[number % VERBS.length];
        String thing = THINGS[number / VERBS.length % THINGS.length];
        String place = PLACES[number / (VERBS.length * THINGS.length) % PLACES.length];
        return "%s %s the %s in %s?".formatted(start, verb, thing, place);
    }
}
