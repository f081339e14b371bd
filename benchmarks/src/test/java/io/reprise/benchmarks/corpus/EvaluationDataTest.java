package io.reprise.benchmarks.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationDataTest {
    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void writeStream() throws IOException {
        write("stream_qqp", """
                {"seq":0,"id":"t1","text":"Why?","class_id":"c1","class_seen":false,"text_seen":false}
                """);
    }

    @Test
    void folderWithoutStream_holdsNoData() {
        assertTrue(EvaluationData.in(folder.resolve("absent")).isEmpty());
    }

    @Test
    void streamRow_isRead() {
        assertEquals(List.of(new StreamRow("t1", "Why?", "c1", false)), data().stream());
    }

    @Test
    void pairs_areOfTheirKindOrElseOfTheirSource() throws IOException {
        write("pairs_some", """
                {"q1":"a","q2":"b","label":1,"source":"s","kind":"polite"}
                {"q1":"c","q2":"d","label":0,"source":"s","suspect":"pos_swap"}
                """);
        assertEquals(
                List.of(new PairSet(
                        "pairs_some",
                        List.of(new Pair("polite", "a", "b", true, false), new Pair("s", "c", "d", false, true)))),
                data().pairSets());
    }

    private EvaluationData data() {
        return EvaluationData.in(folder).orElseThrow();
    }

    private void write(String name, String lines) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".jsonl.gz")))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
    }
}
