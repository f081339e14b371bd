package io.reprise.benchmarks.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The families of prompts and the pairs that were read, in the parts into which the folder's files split them; its
 * {@code README.md} says what they are.
 *
 * <p>{@code families.jsonl.gz}: {@code split}, {@code s} (texts that ask the same), {@code n} (texts that ask something
 * else than these, each with the kind of its difference). {@code read_pairs.jsonl.gz}: {@code part}, {@code source},
 * {@code read} (1 the same, 0 not, 2 cannot say) and the texts {@code q1}, stored, and {@code q2}, asked, or in their
 * place {@code sha1} and {@code sha2}, of texts that are not published.
 */
final class WrittenCases {
    /** Of families. */
    static final String FAMILIES = "families";
    /** Of pairs that were read. */
    static final String READ = "read pairs";

    /** What a part is for. */
    enum Part {
        /** Models learn from it. */
        LEARN,
        /** Calibrates, and chooses cut-offs and settings. */
        CHOOSE,
        /** Only measures. */
        MEASURE
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int CANNOT_SAY = 2;
    private static final int DIGEST_BYTES = 8;

    private final Map<Part, List<Case>> families = new HashMap<>();
    private final Map<Part, List<Case>> read = new HashMap<>();
    private int withoutText;

    private WrittenCases() {
        for (Part part : Part.values()) {
            families.put(part, new ArrayList<>());
            read.put(part, new ArrayList<>());
        }
    }

    /**
     * Reads the folder.
     *
     * @param texts where the texts lie that are not published; null for nowhere: pairs of them are left out then
     * @param every takes each so many-th family and pair, so that a trial is over soon; 1 for all
     */
    static WrittenCases in(Path folder, @Nullable EvaluationData texts, int every) {
        var cases = new WrittenCases();
        Map<String, String> byDigest = new HashMap<>();
        if (texts != null) {
            texts.stream().forEach(row -> {
                String text = Prompt.query(row.text()).text();
                byDigest.put(digest(text), text);
            });
        }
        rows(folder.resolve("families.jsonl.gz"), every, cases::family);
        rows(folder.resolve("read_pairs.jsonl.gz"), every, row -> cases.pair(row, byDigest));
        return cases;
    }

    /** All pairs of texts of one family that ask the same, and of one that does with one that does not. */
    List<Case> families(Part part) {
        return List.copyOf(families.getOrDefault(part, List.of()));
    }

    /** The pairs that the reader could tell. */
    List<Case> read(Part part) {
        return List.copyOf(read.getOrDefault(part, List.of()));
    }

    /** Pairs that were left out because nobody knows their texts here. */
    int withoutText() {
        return withoutText;
    }

    private void family(JsonNode row) {
        List<Case> cases = families.computeIfAbsent(part(row.get("split")), part -> new ArrayList<>());
        JsonNode same = row.get("s");
        for (int i = 0; i < same.size(); i++) {
            String stored = text(same.get(i));
            for (int j = i + 1; j < same.size(); j++) {
                cases.add(new Case(FAMILIES, "", stored, text(same.get(j)), true));
            }
            for (JsonNode other : row.get("n")) {
                cases.add(new Case(FAMILIES, other.get(1).asText(), stored, text(other.get(0)), false));
            }
        }
    }

    private void pair(JsonNode row, Map<String, String> byDigest) {
        if (row.get("read").asInt() == CANNOT_SAY) {
            return;
        }
        String stored = row.has("q1")
                ? text(row.get("q1"))
                : byDigest.get(row.get("sha1").asText());
        String asked = row.has("q2")
                ? text(row.get("q2"))
                : byDigest.get(row.get("sha2").asText());
        if (stored == null || asked == null) {
            withoutText++;
            return;
        }
        read.computeIfAbsent(part(row.get("part")), part -> new ArrayList<>())
                .add(new Case(
                        READ,
                        row.get("source").asText(),
                        stored,
                        asked,
                        row.get("read").asInt() == 1));
    }

    private static Part part(JsonNode name) {
        return Part.valueOf(name.asText().toUpperCase(Locale.ROOT));
    }

    private static String text(JsonNode node) {
        return Prompt.query(node.asText()).text();
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), 0, DIGEST_BYTES);
    }

    private static void rows(Path file, int every, Consumer<JsonNode> row) {
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (number++ % every == 0) {
                    row.accept(MAPPER.readTree(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
