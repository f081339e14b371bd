package io.reprise.server.decision;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policy that asks for more than nearness: above the floor, the candidate that a {@link Verifier} finds likeliest to mean the
 * same serves, when its probability reaches the cut-off for the rate asked for and no guard forbids it.
 *
 * <p>The same text needs no verifier and no guard. A candidate that the verifier has no evidence about never serves. Guards are
 * asked only about candidates that would serve, likeliest first.
 */
public final class VerifiedPolicy implements HitPolicy {
    private final double floor;
    private final Guard guard;
    private final Verifier verifier;
    private final Cutoffs cutoffs;

    /** @param floor cosine below which candidates are not considered, 0 to 1 */
    public VerifiedPolicy(double floor, Guard guard, Verifier verifier, Cutoffs cutoffs) {
        if (!(floor >= 0 && floor <= 1)) {
            throw new IllegalArgumentException("floor must be 0 to 1, is " + floor);
        }
        this.floor = floor;
        this.guard = guard;
        this.verifier = verifier;
        this.cutoffs = cutoffs;
    }

    @Override
    public byte @Nullable [] sketch(int[] tokenIds, float[] states) {
        return verifier.sketch(tokenIds, states);
    }

    @Override
    public Decision decide(Question asked, List<Candidate> candidates, double maxWrongRate) {
        double cutoff = cutoffs.at(maxWrongRate);
        List<Candidate> judged = new ArrayList<>(candidates);
        int considered = 0;
        while (considered < judged.size() && isConsidered(judged.get(considered))) {
            judged.set(considered, estimated(asked, judged.get(considered)));
            considered++;
        }
        Decision.Verdict verdict =
                considered == 0 ? nothing(candidates) : best(asked, judged.subList(0, considered), cutoff);
        return new Decision(verdict, judged, cutoff, floor);
    }

    private boolean isConsidered(Candidate candidate) {
        // Compared as floats, so that 0.8f reaches 0.8; and so that what is no number reaches nothing.
        return candidate.cosine() >= (float) floor;
    }

    private Candidate estimated(Question asked, Candidate candidate) {
        if (asked.text().equals(candidate.text())) {
            return candidate.withProbability(1);
        }
        Double probability = verifier.probability(asked, candidate);
        return probability == null ? candidate : candidate.withProbability(probability);
    }

    private static Decision.Verdict nothing(List<Candidate> candidates) {
        return new Decision.Verdict.Miss(candidates.isEmpty() ? Decision.Reason.NO_CANDIDATE : Decision.Reason.FLOOR);
    }

    /** The likeliest that nothing forbids, if it is likely enough; of two as likely the nearer. Writes down what guards say. */
    private Decision.Verdict best(Question asked, List<Candidate> judged, double cutoff) {
        String forbidden = null;
        for (int next = likeliest(judged, cutoff); next >= 0; next = likeliest(judged, cutoff)) {
            Candidate candidate = judged.get(next);
            Double probability = candidate.probability();
            List<String> vetoes = asked.text().equals(candidate.text())
                    ? List.of()
                    : guard.vetoes(asked.text(), candidate.text());
            if (vetoes.isEmpty() && probability != null) {
                return new Decision.Verdict.Hit(candidate, probability);
            }
            judged.set(next, candidate.withVetoes(vetoes));
            forbidden = forbidden == null ? vetoes.getFirst() : forbidden;
        }
        if (forbidden != null) {
            return new Decision.Verdict.Miss(Decision.Reason.guard(forbidden));
        }
        return new Decision.Verdict.Miss(cutoff > 1 ? Decision.Reason.BOUND : Decision.Reason.VERIFIER);
    }

    private static int likeliest(List<Candidate> judged, double cutoff) {
        int best = -1;
        double highest = -1;
        for (int i = 0; i < judged.size(); i++) {
            Candidate candidate = judged.get(i);
            Double probability = candidate.probability();
            boolean serves = probability != null && probability >= cutoff && candidate.vetoes().isEmpty();
            if (serves && probability > highest) {
                best = i;
                highest = probability;
            }
        }
        return best;
    }
}
