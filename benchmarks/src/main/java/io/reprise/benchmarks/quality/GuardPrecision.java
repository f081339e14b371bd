package io.reprise.benchmarks.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.server.decision.Guard;
import io.reprise.server.decision.StandardGuard;
import io.reprise.server.decision.guard.Guards;
import io.reprise.server.decision.guard.Reading;
import io.reprise.server.decision.guard.SameWords;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Asks every guard about every labelled pair: how many it forbids of those that ask the same and of those that do not.
 * A guard may forbid
 * at most 0.3 % of the pairs that ask the same, all together at most 1 %.
 *
 * <pre>{@code
 * benchmarks/run guards --data FOLDER --out benchmarks/results/guards.md      # 20 seconds
 * }</pre>
 */
@Command(
        name = "guards",
        mixinStandardHelpOptions = true,
        description = "What each guard forbids, and how much of it wrongly.")
public final class GuardPrecision implements Callable<Integer> {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Sets of pairs that only measure: no guard was made by their rows. */
    private static final List<String> MEASURING =
            List.of("pairs_synthetic_edits", "pairs_paws_qqp", "pairs_contrast", "pairs_medical", "pairs_nonenglish");

    @Option(names = "--data", description = "Folder of labelled pairs; else the property reprise.eval.data.")
    private @Nullable Path data;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();
    private final Guard guard = new StandardGuard();
    private final Tally familiesSame = new Tally();
    private final Tally familiesDifferent = new Tally();
    private final Tally goldSame = new Tally();
    private final Tally goldDifferent = new Tally();

    /** How many pairs there were, and how many each guard forbade. */
    private static final class Tally {
        private final Map<String, Integer> byGuard = new TreeMap<>();
        private int pairs;
        private int forbidden;
        private int sameWords;

        void add(List<String> vetoes) {
            pairs++;
            forbidden += vetoes.isEmpty() ? 0 : 1;
            vetoes.forEach(guard -> byGuard.merge(guard, 1, Integer::sum));
        }

        void add(List<String> vetoes, String first, String second) {
            add(vetoes);
            sameWords += vetoes.isEmpty() && SameWords.in(Reading.of(first), Reading.of(second)) ? 1 : 0;
        }

        String ofSameWords() {
            return share(sameWords);
        }

        String of(String guard) {
            return share(byGuard.getOrDefault(guard, 0));
        }

        String ofAll() {
            return share(forbidden);
        }

        private String share(int count) {
            return String.format(Locale.ROOT, "%,d (%.2f %%)", count, 100.0 * count / Math.max(1, pairs));
        }
    }

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new GuardPrecision()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Path folder = data == null ? workspace.evaluationData() : data;
        if (!Files.isReadable(file(folder, "families_train"))) {
            System.out.println("There are no families of prompts in " + folder + ": nothing to judge.");
            return 0;
        }
        families(folder);
        gold(folder);
        var report = new MarkdownReport(
                "What the guards forbid",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run guards --data FOLDER" + (out == null ? "" : " --out " + out));
        report.paragraph(
                "Families: all ordered pairs of texts of a family that ask the same, and all of such a text with one that does"
                        + " not. Gold: near pairs of real streams, read one by one. A guard may forbid at most 0.3 % of"
                        + " the pairs that ask the same, all together at most 1 %.");
        report.section("Each guard");
        List<List<String>> rows = new ArrayList<>();
        List<String> names = new ArrayList<>(List.of("time-sensitive"));
        names.addAll(Guards.standard().names());
        for (String name : names) {
            rows.add(List.of(
                    name,
                    familiesSame.of(name),
                    goldSame.of(name),
                    familiesDifferent.of(name),
                    goldDifferent.of(name)));
        }
        rows.add(List.of(
                "all together",
                familiesSame.ofAll(),
                goldSame.ofAll(),
                familiesDifferent.ofAll(),
                goldDifferent.ofAll()));
        rows.add(List.of(
                "pairs",
                Integer.toString(familiesSame.pairs),
                Integer.toString(goldSame.pairs),
                Integer.toString(familiesDifferent.pairs),
                Integer.toString(goldDifferent.pairs)));
        report.table(List.of("guard", "families: same", "gold: same", "families: different", "gold: different"), rows);
        report.section("All guards together, by kind of pair");
        report.paragraph(
                "These sets only measure. *Same words* are those that differ in how they are typed alone, which are served without"
                        + " reading.");
        report.table(
                List.of("set: kind", "same: forbidden", "same words", "of", "different: forbidden", "same words", "of"),
                kinds(folder));
        report.write(out);
        return 0;
    }

    private void families(Path folder) throws IOException {
        for (JsonNode family : rows(folder, "families_train")) {
            List<String> same = new ArrayList<>();
            family.get("s").forEach(text -> same.add(text.asText()));
            for (String asked : same) {
                Guard.About about = guard.about(asked);
                for (String cached : same) {
                    if (!asked.equals(cached)) {
                        familiesSame.add(about.vetoes(cached));
                    }
                }
                family.get("n")
                        .forEach(other ->
                                familiesDifferent.add(about.vetoes(other.get(0).asText())));
            }
        }
    }

    private void gold(Path folder) throws IOException {
        for (JsonNode pair : rows(folder, "gold_pairs")) {
            int read = pair.get("read").asInt();
            if (read <= 1) {
                (read == 1 ? goldSame : goldDifferent)
                        .add(guard.vetoes(
                                pair.get("q2").asText(), pair.get("q1").asText()));
            }
        }
    }

    private List<List<String>> kinds(Path folder) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (String set : MEASURING) {
            Map<String, Tally[]> kinds = new TreeMap<>();
            for (JsonNode pair : rows(folder, set)) {
                String kind = pair.path("kind").asText(pair.path("lang").asText(""));
                Tally[] tallies = kinds.computeIfAbsent(kind, any -> new Tally[] {new Tally(), new Tally()});
                tallies[pair.get("label").asInt() == 1 ? 0 : 1].add(
                        guard.vetoes(pair.get("q1").asText(), pair.get("q2").asText()),
                        pair.get("q1").asText(),
                        pair.get("q2").asText());
            }
            kinds.forEach((kind, tallies) -> rows.add(List.of(
                    kind.isEmpty() ? set : set + ": " + kind,
                    tallies[0].ofAll(),
                    tallies[0].ofSameWords(),
                    Integer.toString(tallies[0].pairs),
                    tallies[1].ofAll(),
                    tallies[1].ofSameWords(),
                    Integer.toString(tallies[1].pairs))));
        }
        return rows;
    }

    private static Path file(Path folder, String name) {
        return folder.resolve(name + ".jsonl.gz");
    }

    private static List<JsonNode> rows(Path folder, String name) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        if (Files.isReadable(file(folder, name))) {
            try (var lines = new BufferedReader(new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(file(folder, name))), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    rows.add(MAPPER.readTree(line));
                }
            }
        }
        return rows;
    }
}
