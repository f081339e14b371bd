package io.reprise.benchmarks.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alone, "a" and "b" are of fold 9, "c" of fold 7, by {@link ComponentsTest}; "c" has the least checksum of the three. */
class HeldOutTest {
    @TempDir
    Path folder;

    @BeforeEach
    void noStream() throws IOException {
        write("stream_qqp", "");
        write("stream_qqp_negatives", "");
    }

    @Test
    void pairsThatAreLearnedFrom_areOfOneFoldWhateverTheirLabel() throws IOException {
        write("pairs_qqp", "{\"q1\": \"a\", \"q2\": \"c\", \"label\": 0, \"suspect\": \"yes\"}\n");
        assertEquals(7, heldOut().fold("a"));
    }

    @Test
    void whatLabelsTieTogether_isInOnePartOfItsFold() throws IOException {
        write("pairs_qqp", "{\"q1\": \"a\", \"q2\": \"c\", \"label\": 1}\n");
        assertEquals(heldOut().part("c"), heldOut().part("a"));
        assertTrue(heldOut().part("c") >= 0 && heldOut().part("c") < HeldOut.PARTS);
    }

    @Test
    void pairsThatOnlyMeasure_tieNothingTogether() throws IOException {
        write("pairs_medical", "{\"q1\": \"a\", \"q2\": \"c\", \"label\": 1}\n");
        assertNotEquals(heldOut().fold("a"), heldOut().fold("c"));
    }

    @Test
    void ofOtherLanguages_koreanAloneIsLearnedFrom() throws IOException {
        write("pairs_nonenglish", """
                {"q1": "a", "q2": "c", "label": 1, "lang": "ko"}
                {"q1": "b", "q2": "c", "label": 1, "lang": "de"}
                """);
        assertEquals(7, heldOut().fold("a"));
        assertEquals(9, heldOut().fold("b"));
    }

    @Test
    void classesAndNegativesOfTheStream_areOfOneFold() throws IOException {
        write("stream_qqp", """
                {"id": "1", "text": "a", "class_id": "A"}
                {"id": "2", "text": " b ", "class_id": "A"}
                {"id": "3", "text": "c", "class_id": "C"}
                """);
        write("stream_qqp_negatives", "{\"a\": \"2\", \"b\": \"3\", \"class_a\": \"A\", \"class_b\": \"C\"}\n");
        assertEquals(7, heldOut().fold("a"));
    }

    @Test
    void pairThatIsNotHeldOut_isUnseenOnlyWhereNothingIsLearnedFromItsSet() {
        var pair = new EvaluationData.Pair(List.of(), "c", "c", true, false);
        assertFalse(heldOut().isUnseen("pairs_qqp", pair));
        assertTrue(heldOut().isUnseen("pairs_medical", pair));
    }

    @Test
    void pairThatIsHeldOut_isUnseen() {
        assertTrue(heldOut().isUnseen("pairs_qqp", new EvaluationData.Pair(List.of(), " a ", "b", true, false)));
    }

    private HeldOut heldOut() {
        return HeldOut.of(EvaluationData.in(folder).orElseThrow());
    }

    private void write(String name, String lines) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".jsonl.gz")))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
    }
}
