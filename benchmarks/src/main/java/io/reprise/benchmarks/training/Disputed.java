package io.reprise.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reprise.benchmarks.training.HeldOutReplay.Pick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where two verifiers differ on the stream when each serves as many hits: what a reader has to judge to tell which is better, because the labels
 * cannot (most of it has none).
 */
final class Disputed {
    private static final long SEED = 17;

    private Disputed() {}

    /**
     * Writes two files of JSON objects, one per line, in one random order: both texts, and apart from them, so that they can be read blind,
     * the label and which of the two alone would serve it.
     *
     * @param file of the texts; that of the answers has {@code .key} after its name
     */
    static void write(Path file, StreamPairs stream, HeldOutReplay first, HeldOutReplay second, int hits)
            throws IOException {
        List<Alone> all = new ArrayList<>();
        add(all, "first", first.surest(hits), second.surest(hits));
        add(all, "second", second.surest(hits), first.surest(hits));
        Collections.shuffle(all, new Random(SEED));
        ObjectMapper mapper = JsonMapper.builder().build();
        List<String> texts = new ArrayList<>();
        List<String> key = new ArrayList<>();
        for (Alone one : all) {
            texts.add(mapper.writeValueAsString(Map.of(
                    "asked", stream.texts.get(one.pick().asked()),
                    "stored", stream.texts.get(one.pick().stored()))));
            key.add(mapper.writeValueAsString(Map.of("label", one.pick().label(), "by", one.by())));
        }
        Files.write(file, texts);
        Files.write(file.resolveSibling(file.getFileName() + ".key"), key);
    }

    private record Couple(int asked, int stored) {
        static Couple of(Pick pick) {
            return new Couple(pick.asked(), pick.stored());
        }
    }

    /** What one of the two alone would serve. */
    private record Alone(Pick pick, String by) {}

    private static void add(List<Alone> all, String by, List<Pick> its, List<Pick> others) {
        Set<Couple> served = others.stream().map(Couple::of).collect(Collectors.toSet());
        its.stream().filter(pick -> !served.contains(Couple.of(pick))).forEach(pick -> all.add(new Alone(pick, by)));
    }
}
