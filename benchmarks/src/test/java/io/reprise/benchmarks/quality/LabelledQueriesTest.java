package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.quality.LookupSet.Group;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of prompts of which no two mean the same. The text with four letters is over the window. */
class LabelledQueriesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writePrompts() throws IOException {
        write("stream_qqp", "");
        write("stream_qqp_negatives", "");
        write("prompts_llm", """
            {"text": "a", "source": "s"}
            {"text": "b", "source": "s"}
            {"text": " a", "source": "t"}
            {"text": "long", "source": "t"}
            """);
    }

    @Test
    void promptThatASecondSourceHas_isAskedOnceAmongTheDistinct() {
        assertEquals(3, prompts().count(new Group(LookupSet.ALL, false)));
        assertEquals(1, prompts().count(new Group(LookupSet.ALL, true)));
    }

    @Test
    void repeatToTheLetter_isNoNeighbourOfItself() {
        assertEquals(List.of("b"), stored(0));
        assertEquals(List.of("a"), stored(1));
    }

    @Test
    void promptOverTheWindow_isAGroupOfItsOwn() {
        assertEquals(1, prompts().count(new Group("longer than the model's window", false)));
    }

    private List<String> stored(int distinct) {
        return prompts().lookups().stream().filter(lookup -> !lookup.same()).toList().get(distinct).stored().stream()
                .map(each -> each.prompt().text())
                .toList();
    }

    private LookupSet prompts() {
        EvaluationData data = EvaluationData.in(folder).orElseThrow();
        return new LabelledQueries(data, Integer.MAX_VALUE, 16, HeldOut.of(data))
                .lookups(LabelledQueriesTest::prompt, text -> text.length() == 4)
                .getFirst();
    }

    private static PromptText prompt(String text) {
        return text.length() == 4 ? PromptText.exactOnly(text) : new PromptText(text, new float[] {1});
    }

    private void write(String name, String lines) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".jsonl.gz")))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
    }
}
