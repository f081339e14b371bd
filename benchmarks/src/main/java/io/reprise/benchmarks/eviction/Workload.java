package io.reprise.benchmarks.eviction;

import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A stream of questions with answers of made-up lengths.
 *
 * <p>Each distinct text is asked of one of three models, 60, 30 and 10 % of them, and answered with a log-normal number of tokens of median 200.
 *
 * @param name of the stream
 * @param texts the text of each request, as a number from 0
 * @param classes by text: texts of one class answer each other
 * @param bytes by text: what its entry takes
 * @param savings by text: what a hit saves, in pico-dollars
 */
record Workload(String name, int[] texts, int[] classes, long[] bytes, long[] savings) {
    private static final List<String> MODELS = List.of("gpt-4o-mini", "gpt-4o", "claude-sonnet-4-5");
    private static final double[] UP_TO = {0.6, 0.9, 1};
    private static final double MEDIAN_TOKENS = 200;
    private static final double SIGMA = 0.9;
    private static final int CHARS_PER_TOKEN = 4;
    /** The index's own, the frame of a chat completion and a vector of 384 dimensions. */
    private static final int OTHER_BYTES = 500 + 500 + 4 * 384 + 700;

    private static final Instant PRICED_AT = Instant.parse("2026-09-01T00:00:00Z");
    /** How far from its middle a topic is asked for, as a standard deviation, when the stream lasts 1. */
    private static final double FASHION = 0.05;

    static Workload of(String name, List<StreamRow> rows, long seed) {
        Map<String, Integer> numbers = new HashMap<>();
        Map<String, Integer> classNumbers = new HashMap<>();
        List<Integer> classes = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        List<Long> savings = new ArrayList<>();
        int[] texts = new int[rows.size()];
        var random = new Random(seed);
        PriceBook prices = PriceBook.bundled(List.of());
        for (int i = 0; i < texts.length; i++) {
            StreamRow row = rows.get(i);
            Integer known = numbers.get(row.text());
            if (known == null) {
                known = numbers.size();
                numbers.put(row.text(), known);
                classes.add(classNumbers.computeIfAbsent(row.classId(), absent -> classNumbers.size()));
                long answer = Math.max(1, Math.round(MEDIAN_TOKENS * Math.exp(SIGMA * random.nextGaussian())));
                Usage usage = Usage.of(row.text().length() / CHARS_PER_TOKEN + 8, answer, true);
                bytes.add(OTHER_BYTES + row.text().length() + CHARS_PER_TOKEN * answer);
                savings.add(prices.cost(model(random.nextDouble()), usage, PRICED_AT)
                        .orElseThrow());
            }
            texts[i] = known;
        }
        return new Workload(
                name,
                texts,
                classes.stream().mapToInt(Integer::intValue).toArray(),
                bytes.stream().mapToLong(Long::longValue).toArray(),
                savings.stream().mapToLong(Long::longValue).toArray());
    }

    /** The same questions in another order: each class has its time, around which it is asked for. */
    static List<StreamRow> inFashion(List<StreamRow> rows, long seed) {
        record Timed(double at, StreamRow row) {}
        var random = new Random(seed);
        Map<String, Double> middles = new HashMap<>();
        return rows.stream()
                .map(row -> new Timed(
                        middles.computeIfAbsent(row.classId(), absent -> random.nextDouble())
                                + FASHION * random.nextGaussian(),
                        row))
                .sorted(Comparator.comparingDouble(Timed::at))
                .map(Timed::row)
                .toList();
    }

    int distinct() {
        return classes.length;
    }

    long allBytes() {
        return Arrays.stream(bytes).sum();
    }

    private static String model(double drawn) {
        int i = 0;
        while (drawn >= UP_TO[i]) {
            i++;
        }
        return MODELS.get(i);
    }
}
