package io.reprise.benchmarks.corpus;

import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which texts of the evaluation data the server's verifiers were learned from, and which they have never seen.
 *
 * <p>Labels tie texts together: a labelled pair, whatever its label and however suspect, a class of the stream, a pair of the stream
 * that was labelled as different. What hangs together is in one of ten folds; the first eight are learned from, the last two
 * only calibrate and measure. A text that no label ties to another has the fold of its own checksum. Immutable.
 */
public final class HeldOut {
    /** How many parts there are. */
    public static final int FOLDS = 10;
    /** The folds below this one are learned from. */
    public static final int LEARNED_FOLDS = 8;

    private static final String KOREAN = "lang ko";

    private final Map<String, Integer> folds;

    private HeldOut(Map<String, Integer> folds) {
        this.folds = Map.copyOf(folds);
    }

    /** As the labels of the data have it. */
    public static HeldOut of(EvaluationData data) {
        var components = new Components();
        data.pairSets().forEach(set -> set.pairs().stream()
                .filter(pair -> isLearnedFrom(set.name(), pair))
                .forEach(pair -> components.join(
                        Prompt.query(pair.first()).text(),
                        Prompt.query(pair.second()).text())));
        join(data.stream(), data.negatives(), components);
        return new HeldOut(components.folds(FOLDS));
    }

    /** Whether a pair is of those that verifiers learn from, as far as its texts are not held out: all of some sets, part of one. */
    public static boolean isLearnedFrom(String set, Pair pair) {
        return switch (set) {
            case "pairs_qqp", "pairs_intents" -> true;
            case "pairs_nonenglish" -> pair.groups().contains(KOREAN);
            default -> false;
        };
    }

    /** Whether no verifier learned from a pair of a set. What is learned from has both texts in one fold, so that the first tells. */
    public boolean isUnseen(String set, Pair pair) {
        return !isLearnedFrom(set, pair) || contains(Prompt.query(pair.first()).text());
    }

    /**
     * Which of the {@link #FOLDS} parts a text belongs to.
     *
     * @param text in the server's normal form
     */
    public int fold(String text) {
        Integer fold = folds.get(text);
        return fold == null ? Components.foldAlone(text, FOLDS) : fold;
    }

    /** Whether nothing was learned from a text, given in the server's normal form. */
    public boolean contains(String text) {
        return fold(text) >= LEARNED_FOLDS;
    }

    private static void join(List<StreamRow> stream, List<Negative> negatives, Components components) {
        Map<String, String> byId = new HashMap<>();
        Map<String, String> classOf = new HashMap<>();
        Map<String, String> firstOf = new HashMap<>();
        for (StreamRow row : stream) {
            String text = Prompt.query(row.text()).text();
            byId.put(row.id(), text);
            // A text that comes again in another class stays in its first.
            if (classOf.putIfAbsent(text, row.classId()) == null) {
                components.join(firstOf.computeIfAbsent(row.classId(), id -> text), text);
            }
        }
        for (Negative negative : negatives) {
            String a = byId.get(negative.a());
            String b = byId.get(negative.b());
            if (a != null && b != null) {
                components.join(a, b);
            }
        }
    }
}
