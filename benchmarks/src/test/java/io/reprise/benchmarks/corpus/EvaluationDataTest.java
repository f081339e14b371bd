package io.reprise.benchmarks.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.corpus.EvaluationData.ConversationPair;
import io.reprise.benchmarks.corpus.EvaluationData.Message;
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
    void classOfAnEarlierRow_isSeen() throws IOException {
        write("stream_banking", """
                {"id":"t1","text":"a","class_id":"c1"}
                {"id":"t2","text":"b","class_id":"c2"}
                {"id":"t3","text":"c","class_id":"c1"}
                """);
        assertEquals(
                List.of(false, false, true),
                data().bankingStream().stream().map(StreamRow::classSeen).toList());
    }

    @Test
    void pairs_areInTheGroupsOfTheirColumns() throws IOException {
        write("pairs_some", """
                {"q1":"a","q2":"b","label":1,"source":"s","kind":"polite","tags":["num_diff","min_edit"]}
                {"q1":"c","q2":"d","label":0,"source":"s","suspect":"pos_swap"}
                """);
        assertEquals(
                List.of(new PairSet(
                        "pairs_some",
                        List.of(
                                new Pair(
                                        List.of("kind polite", "source s", "tag num_diff", "tag min_edit"),
                                        "a",
                                        "b",
                                        true,
                                        false),
                                new Pair(List.of("source s"), "c", "d", false, true)))),
                data().pairSets());
    }

    @Test
    void conversations_areReadWithTheirMessages() throws IOException {
        write("multiturn", """
                {"kind":"k","source":"s","label":0,"a":[{"role":"user","content":"Why?"}],"b":[]}
                """);
        assertEquals(
                List.of(new ConversationPair(
                        List.of("kind k", "source s"), List.of(new Message("user", "Why?")), List.of(), false)),
                data().conversations());
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
