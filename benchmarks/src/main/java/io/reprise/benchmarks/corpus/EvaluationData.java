package io.reprise.benchmarks.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A folder of labelled questions, one JSON object per line; its own {@code README.md} says what the files and fields mean. */
public final class EvaluationData {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SUFFIX = ".jsonl.gz";

    /**
     * A row of the stream, in the order in which it is asked.
     *
     * @param id of its text
     * @param classId texts of one class mean the same
     * @param classSeen whether an earlier row has the class, so that an ideal cache would hit
     */
    public record StreamRow(String id, String text, String classId, boolean classSeen) {}

    /** Two texts of the stream that people labelled as different, and their classes. */
    public record Negative(String a, String b, String classA, String classB) {}

    /**
     * Two texts and whether one's answer serves for the other.
     *
     * @param kind what the pair tries out: its kind, language or source
     * @param suspect whether the label is probably wrong for a cache
     */
    public record Pair(String kind, String first, String second, boolean same, boolean suspect) {}

    /** The pairs of one file. */
    public record PairSet(String name, List<Pair> pairs) {
        public PairSet {
            pairs = List.copyOf(pairs);
        }
    }

    private final Path folder;

    private EvaluationData(Path folder) {
        this.folder = folder;
    }

    /** The data in a folder, if the stream is there. */
    public static Optional<EvaluationData> in(Path folder) {
        return Files.isReadable(folder.resolve("stream_qqp" + SUFFIX))
                ? Optional.of(new EvaluationData(folder))
                : Optional.empty();
    }

    /** The stream of questions, in order. */
    public List<StreamRow> stream() {
        return read(
                "stream_qqp",
                row -> new StreamRow(
                        row.get("id").asText(),
                        row.get("text").asText(),
                        row.get("class_id").asText(),
                        row.get("class_seen").asBoolean()));
    }

    /** What is known to differ in the stream. */
    public List<Negative> negatives() {
        return read(
                "stream_qqp_negatives",
                row -> new Negative(
                        row.get("a").asText(),
                        row.get("b").asText(),
                        row.get("class_a").asText(),
                        row.get("class_b").asText()));
    }

    /** Every file of pairs, by name. */
    public List<PairSet> pairSets() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("pairs_") && name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .map(name -> new PairSet(name, read(name, EvaluationData::pair)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private static Pair pair(JsonNode row) {
        String kind = Stream.of("kind", "lang", "source")
                .filter(row::hasNonNull)
                .findFirst()
                .map(field -> row.get(field).asText())
                .orElse("all");
        return new Pair(
                kind,
                row.get("q1").asText(),
                row.get("q2").asText(),
                row.get("label").asInt() == 1,
                row.hasNonNull("suspect"));
    }

    private <T> List<T> read(String name, Function<JsonNode, T> row) {
        Path file = folder.resolve(name + SUFFIX);
        List<T> rows = new ArrayList<>();
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                rows.add(row.apply(MAPPER.readTree(line)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return rows;
    }
}
