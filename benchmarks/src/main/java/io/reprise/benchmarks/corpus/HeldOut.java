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
    /** How many parts each fold has in turn. */
    public static final int PARTS = 10;

    private static final String KOREAN = "lang ko";

    /** Of texts that labels tie to others: the part times the number of folds, and the fold. */
    private final Map<String, Integer> places;

    private HeldOut(Map<String, Integer> places) {
        this.places = Map.copyOf(places);
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
        return new HeldOut(components.folds(PARTS * FOLDS));
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
        return place(text) % FOLDS;
    }

    /** Which of the {@link #PARTS} of its fold a text belongs to, in which is all that labels tie to it. */
    public int part(String text) {
        return place(text) / FOLDS;
    }

    private int place(String text) {
        Integer place = places.get(text);
        return place == null ? Components.foldAlone(text, PARTS * FOLDS) : place;
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
