package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.HeldOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is learned here is which texts it was learned from. No label ties the texts together, so each has a fold of its own. */
class CrossFittedTest {
    @TempDir
    Path folder;

    private HeldOut heldOut;
    private CrossFitted<Predicate<String>> crossed;

    @BeforeEach
    void learn() throws IOException {
        for (String name : List.of("stream_qqp", "stream_qqp_negatives")) {
            new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".jsonl.gz"))).close();
        }
        heldOut = HeldOut.of(EvaluationData.in(folder).orElseThrow());
        crossed = CrossFitted.of(heldOut, texts -> texts);
    }

    @Test
    void heldOutText_isMeasuredWithWhatWasLearnedFromAllOtherParts() {
        for (String text : heldOutTexts()) {
            assertFalse(crossed.of(text).test(text), text);
            assertEquals(
                    HeldOut.PARTS - 1,
                    crossed.forParts().stream()
                            .filter(learned -> learned.test(text))
                            .count());
        }
    }

    @Test
    void heldOutText_isOfOnePart() {
        for (int part = 0; part < HeldOut.PARTS; part++) {
            int one = part;
            List<String> measured = heldOutTexts().stream()
                    .filter(text -> crossed.isMeasured(one, text))
                    .toList();
            assertTrue(measured.size() > 5, measured::toString);
            assertTrue(measured.stream().noneMatch(text -> crossed.isLearned(one, text)));
            assertEquals(
                    heldOutTexts().size() - measured.size(),
                    heldOutTexts().stream()
                            .filter(text -> crossed.isLearned(one, text))
                            .count());
        }
    }

    @Test
    void textThatModelsLearnedFrom_isOfNone() {
        for (int part = 0; part < HeldOut.PARTS; part++) {
            int one = part;
            assertTrue(texts().filter(text -> !heldOut.contains(text))
                    .noneMatch(text -> crossed.isMeasured(one, text)
                            || crossed.isLearned(one, text)
                            || crossed.forParts().get(one).test(text)));
        }
    }

    private List<String> heldOutTexts() {
        return texts().filter(heldOut::contains).toList();
    }

    private static Stream<String> texts() {
        return IntStream.range(0, 1_000).mapToObj(i -> "question " + i);
    }
}
