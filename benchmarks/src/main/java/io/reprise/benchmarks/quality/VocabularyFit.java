package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Learns from the sets that may be learned from which words are common and which are names, and writes the two lists that the guards
 * read.
 *
 * <p>A word is counted once per text, apart in lower case and with a capital, where a capital says something: inside a sentence, in a text
 * of ordinary case.
 *
 * <pre>{@code
 * benchmarks/run vocabulary --out cache-server/src/main/resources/io/reprise/server/decision/guard
 * }</pre>
 */
@Command(
        name = "vocabulary",
        mixinStandardHelpOptions = true,
        description = "Learns the guards' common words and names.")
public final class VocabularyFit implements Callable<Integer> {
    private static final Set<String> LEARNED_FROM = Set.of("pairs_qqp", "pairs_intents");
    private static final int MIN_COMMON = 6;
    private static final int MIN_NAME = 4;
    private static final double NAME_SHARE = 0.8;
    private static final int LINE = 140;

    @Option(names = "--out", required = true, description = "Folder for vocabulary.txt and names-learned.txt.")
    private @Nullable Path out;

    /** How often a word was met. */
    private record Count(int lower, int capital) {
        Count plus(Count other) {
            return new Count(lower + other.lower, capital + other.capital);
        }

        double nameShare() {
            return (double) capital / (lower + capital);
        }
    }

    private final Map<String, Count> counts = new TreeMap<>();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new VocabularyFit()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Workspace workspace = Workspace.ofProcess();
        EvaluationData data = EvaluationData.in(workspace.evaluationData()).orElse(null);
        if (data == null || out == null) {
            System.out.println(
                    "There is no evaluation data in " + workspace.evaluationData() + ": nothing to learn from.");
            return 1;
        }
        Set<String> texts = new LinkedHashSet<>();
        data.stream().forEach(row -> texts.add(row.text()));
        for (PairSet set : data.pairSets()) {
            if (LEARNED_FROM.contains(set.name())) {
                set.pairs().forEach(pair -> {
                    texts.add(pair.first());
                    texts.add(pair.second());
                });
            }
        }
        texts.forEach(this::count);
        write("vocabulary.txt", "Common words", count -> count.lower >= MIN_COMMON && count.nameShare() < NAME_SHARE);
        write("names-learned.txt", "Names", count -> count.capital >= MIN_NAME && count.nameShare() >= NAME_SHARE);
        System.out.printf(Locale.ROOT, "%,d texts, %,d words%n", texts.size(), counts.size());
        return 0;
    }

    private void count(String text) {
        List<String> words = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        boolean opening = true;
        int capitals = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (!isLetter(c)) {
                opening |= c == '.' || c == '?' || c == '!' || c == ':' || c == '"';
                i++;
                continue;
            }
            int from = i;
            while (i < text.length() && isLetter(text.charAt(i))) {
                i++;
            }
            String word = text.substring(from, i);
            boolean partOfCode = from > 0 && "'’_/.@#".indexOf(text.charAt(from - 1)) >= 0;
            if (!opening && !partOfCode) {
                words.add(word);
                capitals += Character.isUpperCase(word.charAt(0)) ? 1 : 0;
            }
            opening = false;
        }
        if (capitals * 2 > words.size()) {
            return;
        }
        for (String word : words) {
            String lower = word.toLowerCase(Locale.ROOT);
            if (lower.length() > 1 && seen.add(lower)) {
                boolean capital = Character.isUpperCase(word.charAt(0));
                counts.merge(lower, new Count(capital ? 0 : 1, capital ? 1 : 0), Count::plus);
            }
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private void write(String name, String what, Predicate<Count> kept) throws IOException {
        var page = new StringBuilder("# " + what
                + " of English questions, learned from Quora's first release and BANKING77/CLINC150 (CC BY) by\n"
                + "# `benchmarks/run vocabulary`; a word counts where " + MIN_COMMON + " (a name: " + MIN_NAME
                + ") texts have it.\n");
        int column = 0;
        for (Map.Entry<String, Count> word : counts.entrySet()) {
            if (kept.test(word.getValue())) {
                if (column + word.getKey().length() > LINE) {
                    page.append('\n');
                    column = 0;
                }
                page.append(column == 0 ? "" : " ").append(word.getKey());
                column += word.getKey().length() + 1;
            }
        }
        Files.writeString(java.util.Objects.requireNonNull(out).resolve(name), page.append('\n'));
    }
}
