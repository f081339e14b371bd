package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What the verifier may learn from: labelled questions, the stream's classes, its near but unlabelled texts as probable negatives, and
 * edits of single texts. The sets that only measure are never read here. Deterministic.
 */
final class TrainingPairs {
    private static final float CLASS_WEIGHT = 0.5f;
    private static final float INTENTS_DIFFERENT_WEIGHT = 0.5f;
    /** The same intent is the same answer of one bank, not the same question. */
    private static final float INTENTS_SAME_WEIGHT = 0.1f;

    private static final float KOREAN_WEIGHT = 0.3f;
    private static final int PAIRS_OF_CLASS = 4;
    private static final int MINED_OF_TEXT = 3;
    private static final int EVERY = 12;
    private static final String EDIT = "edit";

    /**
     * How much the uncertain parts count.
     *
     * @param mined weight of near texts that nobody labelled: many of them do mean the same
     * @param edits weight of edits
     */
    record Weights(float mined, float edits) {}

    private final Map<String, LabelledPair> pairs = new LinkedHashMap<>();
    private final Set<String> known;
    private final StreamPairs stream;
    private final HeldOut heldOut;

    /** @param known texts that no edit may make, because they are held out or measured, or have labels of their own */
    TrainingPairs(EvaluationData data, StreamPairs stream, HeldOut heldOut, Set<String> known, Weights weights) {
        this.stream = stream;
        this.heldOut = heldOut;
        this.known = known;
        for (PairSet set : data.pairSets()) {
            switch (set.name()) {
                case "pairs_qqp" -> set.pairs().forEach(pair -> labelled(set, pair, 1));
                case "pairs_intents" ->
                    set.pairs()
                            .forEach(pair ->
                                    labelled(set, pair, pair.same() ? INTENTS_SAME_WEIGHT : INTENTS_DIFFERENT_WEIGHT));
                case "pairs_nonenglish" ->
                    set.pairs().stream()
                            .filter(pair -> pair.kind().equals("ko"))
                            .forEach(pair -> labelled(set, pair, KOREAN_WEIGHT));
                default -> {
                    // Only measures.
                }
            }
        }
        classes();
        negatives(data.negatives());
        mined(weights.mined());
        edits(weights.edits());
    }

    List<LabelledPair> all() {
        return List.copyOf(pairs.values());
    }

    /** Whether a pair may be learned from. An edit goes with the text it was made of. */
    boolean isLearned(LabelledPair pair) {
        return !heldOut.contains(pair.first()) && (isEdit(pair) || !heldOut.contains(pair.second()));
    }

    /** Whether nothing was learned from either text of a pair. */
    boolean isHeldOut(LabelledPair pair) {
        return heldOut.contains(pair.first()) && (isEdit(pair) || heldOut.contains(pair.second()));
    }

    static boolean isEdit(LabelledPair pair) {
        return pair.source().equals(EDIT);
    }

    private void labelled(PairSet set, Pair pair, float weight) {
        if (!pair.suspect()) {
            String first = Prompt.query(pair.first()).text();
            String second = Prompt.query(pair.second()).text();
            add(new LabelledPair(first, second, pair.same(), weight, set.name(), pair.kind()));
        }
    }

    private void add(LabelledPair pair) {
        if (!pair.first().equals(pair.second())) {
            pairs.putIfAbsent(pair.key(), pair);
        }
    }

    private void classes() {
        Map<String, List<String>> members = new LinkedHashMap<>();
        for (int i = 0; i < stream.texts.size(); i++) {
            members.computeIfAbsent(stream.rowOf.get(i).classId(), id -> new ArrayList<>())
                    .add(stream.texts.get(i));
        }
        Random random = new Random(7);
        for (List<String> texts : members.values()) {
            int possible = texts.size() * (texts.size() - 1) / 2;
            for (int i = 0; i < Math.min(PAIRS_OF_CLASS, possible); i++) {
                String first = texts.get(random.nextInt(texts.size()));
                String second = texts.get(random.nextInt(texts.size()));
                add(new LabelledPair(first, second, true, CLASS_WEIGHT, "class", ""));
            }
        }
    }

    private void negatives(List<Negative> negatives) {
        Map<String, String> textOf = new HashMap<>();
        for (int i = 0; i < stream.texts.size(); i++) {
            textOf.put(stream.rowOf.get(i).id(), stream.texts.get(i));
        }
        for (Negative negative : negatives) {
            String first = textOf.get(negative.a());
            String second = textOf.get(negative.b());
            if (first != null && second != null) {
                add(new LabelledPair(first, second, false, 1, "negative", ""));
            }
        }
    }

    private void mined(float weight) {
        for (int i = 0; i < stream.texts.size(); i++) {
            for (int k = 0; k < Math.min(MINED_OF_TEXT, stream.near[i].length); k++) {
                int other = stream.near[i][k];
                if (stream.label(i, other) == StreamPairs.Label.UNKNOWN) {
                    add(new LabelledPair(stream.texts.get(i), stream.texts.get(other), false, weight, "mined", ""));
                }
            }
        }
    }

    private void edits(float weight) {
        List<String> words = stream.texts.stream()
                .limit(5_000)
                .flatMap(text -> Arrays.stream(text.split(" ", -1)))
                .filter(word -> word.length() > 3 && word.chars().allMatch(Character::isLowerCase))
                .toList();
        HardEdits edits = new HardEdits(stream.texts, words, 11);
        for (int i = 0; i < stream.texts.size(); i++) {
            for (HardEdits.Edit edit : edits.of(stream.texts.get(i))) {
                String edited = Prompt.query(edit.to()).text();
                boolean rare = edit.kind().equals("spelling") || edit.kind().equals("number");
                boolean often = edit.kind().equals("short form") && i % 4 == 0;
                if ((i % EVERY == 0 || rare || often) && !known.contains(edited)) {
                    add(new LabelledPair(
                            Prompt.query(edit.from()).text(), edited, edit.same(), weight, EDIT, edit.kind()));
                }
            }
        }
    }
}
