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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
     * @param groups what the pair tries out, such as {@code kind negation}, {@code lang ko}, {@code source mqp}, {@code tag num_diff}
     * @param suspect whether the label is probably wrong for a cache
     */
    public record Pair(List<String> groups, String first, String second, boolean same, boolean suspect) {
        public Pair {
            groups = List.copyOf(groups);
        }

        /** What it tries out above all: its kind, or else its language or source; empty when none is known. */
        public String kind() {
            return groups.isEmpty()
                    ? ""
                    : groups.getFirst().substring(groups.getFirst().indexOf(' ') + 1);
        }
    }

    /** The pairs of one file. */
    public record PairSet(String name, List<Pair> pairs) {
        public PairSet {
            pairs = List.copyOf(pairs);
        }
    }

    /** A message of a conversation: who says what. */
    public record Message(String role, String content) {}

    /** Two conversations and whether the next answer of one serves for the other. */
    public record ConversationPair(List<String> groups, List<Message> first, List<Message> second, boolean same) {
        public ConversationPair {
            groups = List.copyOf(groups);
            first = List.copyOf(first);
            second = List.copyOf(second);
        }
    }

    /** A prompt that means the same as no other of its file. */
    public record DistinctPrompt(List<String> groups, String text) {
        public DistinctPrompt {
            groups = List.copyOf(groups);
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

    /** The stream of questions that people labelled, in order. */
    public List<StreamRow> stream() {
        return stream("stream_qqp");
    }

    /** The stream of what a bank's customers ask, whose classes are all that there is to ask for; empty where it is not there. */
    public List<StreamRow> bankingStream() {
        return has("stream_banking") ? stream("stream_banking") : List.of();
    }

    private List<StreamRow> stream(String name) {
        Set<String> classes = new HashSet<>();
        return read(name, row -> {
            String classId = row.get("class_id").asText();
            return new StreamRow(row.get("id").asText(), row.get("text").asText(), classId, !classes.add(classId));
        });
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
                    .filter(name ->
                            (name.startsWith("pairs_") || name.startsWith("gptcache_")) && name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .map(name -> new PairSet(name, read(name, EvaluationData::pair)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /** Pairs of conversations; none where the file is not there. */
    public List<ConversationPair> conversations() {
        return has("multiturn")
                ? read(
                        "multiturn",
                        row -> new ConversationPair(
                                groups(row, "kind", "source"),
                                messages(row.get("a")),
                                messages(row.get("b")),
                                row.get("label").asInt() == 1))
                : List.of();
    }

    /** Prompts of which no two mean the same; none where the file is not there. */
    public List<DistinctPrompt> distinctPrompts() {
        return has("prompts_llm")
                ? read(
                        "prompts_llm",
                        row -> new DistinctPrompt(
                                groups(row, "source"), row.get("text").asText()))
                : List.of();
    }

    private static Pair pair(JsonNode row) {
        List<String> groups = new ArrayList<>(groups(row, "kind", "lang", "source"));
        row.path("tags").forEach(tag -> groups.add("tag " + tag.asText()));
        return new Pair(
                groups,
                row.get("q1").asText(),
                row.get("q2").asText(),
                row.get("label").asInt() == 1,
                row.hasNonNull("suspect"));
    }

    private static List<String> groups(JsonNode row, String... fields) {
        return Stream.of(fields)
                .filter(row::hasNonNull)
                .map(field -> field + " " + row.get(field).asText())
                .toList();
    }

    private static List<Message> messages(JsonNode list) {
        List<Message> messages = new ArrayList<>();
        list.forEach(message -> messages.add(
                new Message(message.get("role").asText(), message.get("content").asText())));
        return messages;
    }

    private boolean has(String name) {
        return Files.isReadable(folder.resolve(name + SUFFIX));
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
