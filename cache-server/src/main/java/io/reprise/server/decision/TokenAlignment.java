package io.reprise.server.decision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/**
 * Two prompts side by side, token by token: each token beside the one of the other prompt whose state is nearest to its own, as in
 * the late interaction of ColBERT (Khattab and Zaharia, 2020), and what that tells of the pair.
 *
 * <p>What is taken of one side is taken of the other too, and told as the smaller and the larger of the two, so that nothing depends
 * on which prompt comes first.
 */
final class TokenAlignment {
    /** A token that at most one text in 33 has tells what the text is about. */
    private static final float CONTENT_WEIGHT = 3.5f;

    private static final int WORST = 3;

    /** What is told of each side, as its smaller and its larger value. */
    private static final List<String> OF_SIDES = List.of(
            "mean",
            "weighted mean",
            "least",
            "mean of three least",
            "least of content",
            "unmatched weight",
            "unmatched weight of one token",
            "other words' weight",
            "other words' largest weight",
            "other words",
            "weighted mean of other words",
            "weight",
            "tokens");

    private static final List<String> OF_PAIR = List.of(
            "inversions",
            "inversions of equal content",
            "cosine of other words",
            "cosine weighted",
            "first tokens",
            "last tokens",
            "shared weight",
            "shared bigrams",
            "one to one");

    static final List<String> NAMES = names();

    private final Side a;
    private final Side b;
    private final float[][] cosines;

    /** One prompt's tokens, and how well the other's match them. */
    private static final class Side {
        final ReadPrompt prompt;
        final float[] best;
        final int[] bestAt;
        /** Where the same token stands in the other prompt, each place given once; -1 for a token the other has not. */
        final int[] sameAt;

        Side(ReadPrompt prompt) {
            int n = prompt.tokens();
            this.prompt = prompt;
            this.best = new float[n];
            this.bestAt = new int[n];
            this.sameAt = new int[n];
            Arrays.fill(best, -1);
            Arrays.fill(sameAt, -1);
        }

        int tokens() {
            return best.length;
        }

        float weight(int token) {
            return prompt.weight(token);
        }

        boolean content(int token) {
            return weight(token) >= CONTENT_WEIGHT;
        }

        void offer(int token, int other, float cosine) {
            if (cosine > best[token]) {
                best[token] = cosine;
                bestAt[token] = other;
            }
        }
    }

    private TokenAlignment(ReadPrompt first, ReadPrompt second, float[][] cosines) {
        this.a = new Side(first);
        this.b = new Side(second);
        this.cosines = cosines;
        for (int i = 0; i < a.tokens(); i++) {
            for (int j = 0; j < b.tokens(); j++) {
                a.offer(i, j, cosines[i][j]);
                b.offer(j, i, cosines[i][j]);
            }
        }
        pairEqualTokens();
    }

    /**
     * Tells of a pair.
     *
     * @param cosines of every token of the first and every token of the second
     * @param out receives a value for each of {@link #NAMES}, from {@code at} on
     */
    static void tell(ReadPrompt first, ReadPrompt second, float[][] cosines, float[] out, int at) {
        if (first.tokens() == 0 || second.tokens() == 0) {
            return;
        }
        TokenAlignment alignment = new TokenAlignment(first, second, cosines);
        float[] left = ofSide(alignment.a);
        float[] right = ofSide(alignment.b);
        int next = at;
        for (int i = 0; i < left.length; i++) {
            out[next++] = Math.min(left[i], right[i]);
            out[next++] = Math.max(left[i], right[i]);
        }
        for (float value : alignment.ofPair()) {
            out[next++] = value;
        }
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (String name : OF_SIDES) {
            names.add(name + ", smaller");
            names.add(name + ", larger");
        }
        names.addAll(OF_PAIR);
        return List.copyOf(names);
    }

    private void pairEqualTokens() {
        for (int i = 0; i < a.tokens(); i++) {
            int found = -1;
            for (int j = 0; j < b.tokens(); j++) {
                boolean free = b.sameAt[j] < 0 && a.prompt.id(i) == b.prompt.id(j);
                if (free && (found < 0 || cosines[i][j] > cosines[i][found])) {
                    found = j;
                }
            }
            if (found >= 0) {
                a.sameAt[i] = found;
                b.sameAt[found] = i;
            }
        }
    }

    private static float[] ofSide(Side side) {
        int n = side.tokens();
        float sum = 0;
        float weight = 0;
        float weighted = 0;
        float leastContent = 1;
        float unmatchedOne = 0;
        float otherWeight = 0;
        float otherLargest = 0;
        float otherWeighted = 0;
        int others = 0;
        for (int i = 0; i < n; i++) {
            float w = side.weight(i);
            sum += side.best[i];
            weight += w;
            weighted += w * side.best[i];
            unmatchedOne = Math.max(unmatchedOne, w * (1 - side.best[i]));
            if (side.content(i)) {
                leastContent = Math.min(leastContent, side.best[i]);
            }
            if (side.sameAt[i] < 0) {
                others++;
                otherWeight += w;
                otherWeighted += w * side.best[i];
                otherLargest = Math.max(otherLargest, w);
            }
        }
        float[] sorted = side.best.clone();
        Arrays.sort(sorted);
        float worst = 0;
        for (int i = 0; i < Math.min(WORST, n); i++) {
            worst += sorted[i];
        }
        return new float[] {
            sum / n,
            weight == 0 ? 1 : weighted / weight,
            sorted[0],
            worst / Math.min(WORST, n),
            leastContent,
            weight - weighted,
            unmatchedOne,
            otherWeight,
            otherLargest,
            others,
            otherWeight == 0 ? 1 : otherWeighted / otherWeight,
            weight,
            n
        };
    }

    private float[] ofPair() {
        return new float[] {
            (inversions(a, a.bestAt) + inversions(b, b.bestAt)) / 2,
            inversions(a, a.sameAt),
            cosineOfOthers(),
            VectorUtil.dotProduct(pooled(a, false), pooled(b, false)),
            Math.min(a.best[0], b.best[0]),
            Math.min(a.best[a.tokens() - 1], b.best[b.tokens() - 1]),
            sharedWeight(),
            sharedBigrams(),
            oneToOne()
        };
    }

    /** Share of the pairs of content tokens that stand in the other order beside their partners. */
    private static float inversions(Side side, int[] partners) {
        int pairs = 0;
        int inverted = 0;
        for (int i = 0; i < partners.length; i++) {
            if (!side.content(i) || partners[i] < 0) {
                continue;
            }
            for (int j = i + 1; j < partners.length; j++) {
                if (side.content(j) && partners[j] >= 0) {
                    pairs++;
                    inverted += partners[j] < partners[i] ? 1 : 0;
                }
            }
        }
        return pairs == 0 ? 0 : (float) inverted / pairs;
    }

    /** How alike in sum the words are that only one prompt has: 1 when there are none, 0 when only one has such words. */
    private float cosineOfOthers() {
        float[] left = pooled(a, true);
        float[] right = pooled(b, true);
        boolean none = VectorUtil.dotProduct(left, left) == 0 && VectorUtil.dotProduct(right, right) == 0;
        return none ? 1 : VectorUtil.dotProduct(left, right);
    }

    private static float[] pooled(Side side, boolean othersOnly) {
        float[] sum = new float[side.prompt.axes()];
        for (int i = 0; i < side.tokens(); i++) {
            if (!othersOnly || side.sameAt[i] < 0) {
                float weight = side.weight(i);
                float[] state = side.prompt.state(i);
                for (int axis = 0; axis < sum.length; axis++) {
                    sum[axis] += weight * state[axis];
                }
            }
        }
        float norm = (float) Math.sqrt(VectorUtil.dotProduct(sum, sum));
        if (norm > 0) {
            for (int axis = 0; axis < sum.length; axis++) {
                sum[axis] /= norm;
            }
        }
        return sum;
    }

    private float sharedWeight() {
        float shared = 0;
        float all = 0;
        for (int i = 0; i < a.tokens(); i++) {
            all += a.weight(i);
            shared += a.sameAt[i] < 0 ? 0 : a.weight(i);
        }
        for (int j = 0; j < b.tokens(); j++) {
            all += b.sameAt[j] < 0 ? b.weight(j) : 0;
        }
        return all == 0 ? 1 : shared / all;
    }

    private float sharedBigrams() {
        int possible = a.tokens() + b.tokens() - 2;
        int shared = 0;
        for (int i = 0; i + 1 < a.tokens(); i++) {
            int at = a.sameAt[i];
            shared += at >= 0 && a.sameAt[i + 1] == at + 1 ? 2 : 0;
        }
        return possible == 0 ? 1 : (float) shared / possible;
    }

    /** Weighted mean cosine when each token may be the partner of one other only, the nearest pairs first. */
    private float oneToOne() {
        boolean[] taken = new boolean[b.tokens()];
        boolean[] done = new boolean[a.tokens()];
        float sum = 0;
        float all = 0;
        for (int i = 0; i < a.tokens(); i++) {
            all += a.weight(i);
        }
        for (int j = 0; j < b.tokens(); j++) {
            all += b.weight(j);
        }
        int rounds = Math.min(a.tokens(), b.tokens());
        for (int round = 0; round < rounds; round++) {
            int bestI = -1;
            int bestJ = -1;
            float best = -2;
            for (int i = 0; i < done.length; i++) {
                for (int j = 0; !done[i] && j < taken.length; j++) {
                    if (!taken[j] && cosines[i][j] > best) {
                        best = cosines[i][j];
                        bestI = i;
                        bestJ = j;
                    }
                }
            }
            done[bestI] = true;
            taken[bestJ] = true;
            sum += best * (a.weight(bestI) + b.weight(bestJ));
        }
        return all == 0 ? 1 : sum / all;
    }
}
