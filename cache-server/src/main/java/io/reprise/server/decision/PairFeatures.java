package io.reprise.server.decision;

import java.util.ArrayList;
import java.util.List;

/** What is measured of two prompts to judge whether they mean the same. Every value is the same in both orders of the two. */
public final class PairFeatures {
    /** What each value is. */
    public static final List<String> NAMES = names();

    private PairFeatures() {}

    /**
     * Measures a pair.
     *
     * @param cosine of the two prompts' vectors
     * @return a value for each of {@link #NAMES}
     */
    public static float[] of(
            float cosine,
            String firstText,
            TokenSketch first,
            String secondText,
            TokenSketch second,
            TokenWeights weights) {
        var one = new ReadPrompt(firstText, first, weights);
        var other = new ReadPrompt(secondText, second, weights);
        return of(cosine, one, other, ReadPrompt.cosines(one, other));
    }

    /**
     * The same of prompts that were read before.
     *
     * @param tokenCosines of every token of the first and every token of the second
     */
    static float[] of(float cosine, ReadPrompt first, ReadPrompt second, float[][] tokenCosines) {
        float[] values = new float[NAMES.size()];
        values[0] = cosine;
        TokenAlignment.tell(first, second, tokenCosines, values, 1);
        int next = 1 + TokenAlignment.NAMES.size();
        WordOverlap.tell(first.words(), second.words(), values, next);
        GuardEvidence.tell(first.reading(), second.reading(), values, next + WordOverlap.NAMES.size());
        return values;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        names.add("cosine");
        names.addAll(TokenAlignment.NAMES);
        names.addAll(WordOverlap.NAMES);
        names.addAll(GuardEvidence.NAMES);
        return List.copyOf(names);
    }
}
