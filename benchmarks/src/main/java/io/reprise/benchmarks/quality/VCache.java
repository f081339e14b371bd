package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.NearTexts.Near;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The policy of vCache: looks at the nearest stored prompt alone, serves its answer as often as what was learned of that prompt
 * allows, and else asks the model, compares and learns ({@link LikelihoodThreshold}). Written from the paper's formulas.
 *
 * <p>Three things favour it here. Whether two answers agree is what the labels say, not what a judge makes of them. A prompt whose
 * answer agreed with its neighbour's adds evidence to that neighbour and is not itself found by meaning, so that evidence gathers; it is
 * found by its exact text all the same. And it is not shown neighbours below the floor of the near texts, which it would serve with a
 * probability of delta.
 */
final class VCache implements Trial {
    private static final long SEED = 20250203;

    private final double delta;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<Integer, LikelihoodThreshold> learned = new HashMap<>();

    /**
     * @param delta share of requests that may be answered wrongly, above 0, below 1
     */
    VCache(double delta) {
        this.delta = delta;
    }

    /** At several rates. */
    static TriedPolicy.Learning tried() {
        return new TriedPolicy.Learning(
                "vCache", "delta", List.of(0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.10, 0.15, 0.20), VCache::new);
    }

    @Override
    public int choose(int asked, List<Near> stored) {
        if (stored.isEmpty()) {
            return NONE;
        }
        Near nearest = stored.getFirst();
        LikelihoodThreshold threshold = learned.get(nearest.text());
        double least = threshold == null ? 0 : threshold.leastProbability(nearest.cosine());
        return random.nextDouble() < LikelihoodThreshold.exploreProbability(least, delta) ? NONE : 0;
    }

    @Override
    public boolean learn(List<Near> stored, boolean nearestServes) {
        if (stored.isEmpty()) {
            return true;
        }
        Near nearest = stored.getFirst();
        learned.computeIfAbsent(nearest.text(), text -> new LikelihoodThreshold())
                .observe(nearest.cosine(), nearestServes);
        return !nearestServes;
    }
}
