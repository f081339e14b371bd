package io.reprise.benchmarks.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.reading.WrittenCases.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenCasesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        write("families.jsonl.gz", """
            {"d":"x","split":"choose","s":["one"," uno ","eins"],"n":[["two","number"],["none","negation"]]}
            {"d":"x","split":"measure","s":["a","b"],"n":[]}
            """);
        // The digest is the first eight bytes of the SHA-256 of "stored".
        write("read_pairs.jsonl.gz", """
            {"source":"banking","read":1,"part":"choose","q1":"a","q2":"b"}
            {"source":"banking","read":2,"part":"choose","q1":"c","q2":"d"}
            {"source":"qqp","read":0,"part":"choose","sha1":"87b04e58961f9a99","q2":"asked"}
            """);
        write("stream_qqp.jsonl.gz", """
            {"id":"1","text":"stored","class_id":"1"}
            """);
    }

    @Test
    void family_isEachPairOfTheSame_andEachOfThemWithEachOther() {
        List<Case> cases = WrittenCases.in(folder, null, 1).families(Part.CHOOSE);
        assertEquals(3, cases.stream().filter(Case::same).count());
        assertEquals(6, cases.stream().filter(each -> !each.same()).count());
        assertEquals(new Case(WrittenCases.FAMILIES, "", "one", "uno", true), cases.getFirst());
        assertEquals(
                3, cases.stream().filter(each -> each.kind().equals("negation")).count());
        assertEquals(1, WrittenCases.in(folder, null, 1).families(Part.MEASURE).size());
    }

    @Test
    void pairsOfWhichTheReaderCouldNotSay_areLeftOut() {
        WrittenCases cases = WrittenCases.in(folder, null, 1);
        assertEquals(List.of(new Case(WrittenCases.READ, "banking", "a", "b", true)), cases.read(Part.CHOOSE));
        assertEquals(1, cases.withoutText());
    }

    @Test
    void textThatIsNotPublished_isFoundByItsDigest() {
        WrittenCases cases = WrittenCases.in(folder, EvaluationData.in(folder).orElseThrow(), 1);
        assertEquals(0, cases.withoutText());
        assertEquals(
                new Case(WrittenCases.READ, "qqp", "stored", "asked", false),
                cases.read(Part.CHOOSE).getLast());
    }

    private void write(String name, String lines) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
    }
}
