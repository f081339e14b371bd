package io.reprise.server.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Verifier} that reads: what a {@link FeatureVerifier} makes of two prompts' tokens and what a {@link CrossReader} makes of both
 * prompts at once, together as one calibrated probability. {@code docs/verifier.md} says how good it is.
 *
 * <p>Comparing tokens costs a tenth of a millisecond and reading costs as much as embedding both prompts, so all candidates are compared, and
 * then read from the likeliest on: until one is sure, none of the rest can reach the cut-off whatever the reader says, or the most that one
 * decision may read is read. What a guard forbids is not read; its probability is that of the comparison alone. What is not read has none and
 * does not serve.
 *
 * <p>When the reader fails, the comparison decides alone and {@linkplain FeatureVerifier#cautious() with caution}. Immutable.
 */
public final class CrossVerifier implements Verifier {
    /** How many candidates of one decision are read at most. Of those that served when it was four, none was the third or the fourth. */
    public static final int MOST_READ = 2;

    private final FeatureVerifier comparing;
    private final FeatureVerifier alone;
    private final CrossReader reader;
    private final CrossCalibration calibration;
    private final double sure;
    private final Consumer<RuntimeException> failed;

    /**
     * Puts one together.
     *
     * @param sure the probability from which no other candidate is looked for; more than 1 where none is enough
     * @param failed hears of each decision in which the reader failed; thread-safe
     * @throws IllegalArgumentException when the calibration is one for the states of another sentence model
     */
    public CrossVerifier(
            FeatureVerifier comparing,
            CrossReader reader,
            CrossCalibration calibration,
            double sure,
            Consumer<RuntimeException> failed) {
        if (!calibration.sentenceModel().equals(comparing.modelName())) {
            throw new IllegalArgumentException("the calibration is for the sentence model "
                    + calibration.sentenceModel() + ", the comparison for " + comparing.modelName());
        }
        this.comparing = comparing;
        this.alone = comparing.cautious();
        this.reader = reader;
        this.calibration = calibration;
        this.sure = sure;
        this.failed = failed;
    }

    @Override
    public byte[] sketch(int[] tokenIds, float[] states) {
        return comparing.sketch(tokenIds, states);
    }

    @Override
    public List<Candidate> judged(Question asked, List<Candidate> candidates, double cutoff) {
        FeatureVerifier.Comparison comparison = comparing.comparison(asked);
        List<FeatureVerifier.@Nullable Compared> compared = new ArrayList<>();
        List<Candidate> judged = new ArrayList<>(candidates);
        for (int i = 0; i < candidates.size(); i++) {
            FeatureVerifier.Compared one = comparison.with(candidates.get(i));
            compared.add(one);
            if (one != null && !candidates.get(i).vetoes().isEmpty()) {
                judged.set(i, candidates.get(i).withProbability(comparing.probability(one.logOdds())));
            }
        }
        read(asked, judged, compared, cutoff);
        return judged;
    }

    /** From the likeliest on. */
    private void read(
            Question asked, List<Candidate> judged, List<FeatureVerifier.@Nullable Compared> compared, double cutoff) {
        CrossReader.About about = null;
        int read = 0;
        for (int i : likeliestFirst(judged, compared)) {
            Candidate candidate = judged.get(i);
            FeatureVerifier.Compared one = compared.get(i);
            if (one == null || candidate.probability() != null || calibration.most(one, candidate.cosine()) < cutoff) {
                continue;
            }
            if (read == MOST_READ) {
                return;
            }
            try {
                about = about == null ? reader.about(asked.text()) : about;
                double probability = calibration.probability(one, about.logOdds(candidate.text()), candidate.cosine());
                judged.set(i, candidate.withProbability(probability));
                if (probability >= Math.max(cutoff, sure)) {
                    return;
                }
            } catch (RuntimeException e) {
                failed.accept(e);
                unread(judged, compared);
                return;
            }
            read++;
        }
    }

    private static int[] likeliestFirst(List<Candidate> candidates, List<FeatureVerifier.@Nullable Compared> compared) {
        return IntStream.range(0, compared.size())
                .filter(i ->
                        compared.get(i) != null && candidates.get(i).vetoes().isEmpty())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -logOdds(compared.get(i))))
                .mapToInt(i -> i)
                .toArray();
    }

    private static float logOdds(FeatureVerifier.@Nullable Compared compared) {
        return compared == null ? Float.NEGATIVE_INFINITY : compared.logOdds();
    }

    /** What the comparison makes of those that are not read. */
    private void unread(List<Candidate> judged, List<FeatureVerifier.@Nullable Compared> compared) {
        for (int i = 0; i < judged.size(); i++) {
            FeatureVerifier.Compared one = compared.get(i);
            if (one != null && judged.get(i).probability() == null) {
                judged.set(i, judged.get(i).withProbability(alone.probability(one.logOdds())));
            }
        }
    }
}
