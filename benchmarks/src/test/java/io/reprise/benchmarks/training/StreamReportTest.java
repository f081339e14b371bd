package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two parts ask 500 questions each whose near text means the same and 100 whose near text does not, 2 and 1 likely in the first part, 4 and 3 in
 * the second. So each has a cut-off of its own that serves all that is right and nothing wrong.
 */
class StreamReportTest {
    private static final int RIGHT = 500;
    private static final int WRONG = 100;

    @TempDir
    Path folder;

    private final List<StreamRow> rows = new ArrayList<>();
    private final List<Negative> negatives = new ArrayList<>();
    private final Map<String, Float> logOdds = new HashMap<>();

    /** At the second part's cut-off the first serves nothing; at the first part's, the second serves what is wrong as well. */
    @Test
    void part_isServedAtTheCutoffOfTheOthers() throws IOException {
        List<String> table = table();
        for (String setting : List.of("at most 1.0 %", "at most 3.0 %")) {
            List<String> row =
                    table.stream().filter(line -> line.contains(setting)).toList();
            assertEquals(1, row.size(), setting);
            String start = "| judge | " + setting + " | 50.0 % [";
            assertTrue(row.getFirst().startsWith(start), row.getFirst());
            assertTrue(row.getFirst().contains("] | 16.7 % ["), row.getFirst());
        }
    }

    private List<String> table() throws IOException {
        HeldOut heldOut = withoutLabels();
        ask(heldOut, 0, 2);
        ask(heldOut, 1, 4);
        var stream = new StreamPairs(rows, negatives);
        // The second of every two rows is near the first.
        stream.near = IntStream.range(0, rows.size())
                .mapToObj(i -> i % 2 == 0 ? new int[0] : new int[] {i - 1})
                .toArray(int[][]::new);
        var page = new MarkdownReport("page", MachineFacts.here(folder, Clock.systemUTC()), "test");
        PairJudge judge = (asked, stored) -> logOdds.get(asked);
        new StreamReport(page, stream)
                .write(List.of(new StreamReport.Score("judge", CrossFitted.same(heldOut, judge), true)));
        Path file = folder.resolve("page.md");
        page.write(file);
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("| judge"))
                .toList();
    }

    private void ask(HeldOut heldOut, int part, float likely) {
        Iterator<String> texts = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "question " + i)
                .filter(text -> heldOut.contains(text) && heldOut.part(text) == part)
                .iterator();
        for (int i = 0; i < RIGHT + WRONG; i++) {
            String stored = texts.next();
            String asked = texts.next();
            boolean right = i < RIGHT;
            rows.add(new StreamRow(stored, stored, stored, false));
            rows.add(new StreamRow(asked, asked, right ? stored : asked, right));
            logOdds.put(asked, right ? likely : likely - 1);
            if (!right) {
                negatives.add(new Negative(stored, asked, stored, asked));
            }
        }
    }

    private HeldOut withoutLabels() throws IOException {
        for (String name : List.of("stream_qqp", "stream_qqp_negatives")) {
            new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".jsonl.gz"))).close();
        }
        return HeldOut.of(EvaluationData.in(folder).orElseThrow());
    }
}
