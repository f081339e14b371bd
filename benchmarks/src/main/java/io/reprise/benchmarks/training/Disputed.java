package io.reprise.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reprise.benchmarks.training.HeldOutReplay.Pick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Where two verifiers differ on the stream when each serves as many hits: what a reader has to judge to tell which is better, because the labels
 * cannot (most of it has none).
 */
final class Disputed {
    private static final long SEED = 17;

    private Disputed() {}

    /** Writes a JSON object per line, in random order: both texts, the label, and which of the two alone would serve it. */
    static void write(Path file, StreamPairs stream, HeldOutReplay first, HeldOutReplay second, int hits)
            throws IOException {
        List<String> lines = new ArrayList<>();
        add(lines, "first", first.surest(hits), second.surest(hits), stream);
        add(lines, "second", second.surest(hits), first.surest(hits), stream);
        Collections.shuffle(lines, new Random(SEED));
        Files.write(file, lines);
    }

    private record Served(int asked, int stored) {}

    private static void add(List<String> lines, String by, List<Pick> its, List<Pick> others, StreamPairs stream)
            throws IOException {
        Set<Served> served = new HashSet<>();
        others.forEach(pick -> served.add(new Served(pick.asked(), pick.stored())));
        ObjectMapper mapper = JsonMapper.builder().build();
        for (Pick pick : its) {
            if (!served.contains(new Served(pick.asked(), pick.stored()))) {
                lines.add(mapper.writeValueAsString(Map.of(
                        "asked", stream.texts.get(pick.asked()),
                        "stored", stream.texts.get(pick.stored()),
                        "label", pick.label(),
                        "by", by)));
            }
        }
    }
}
