package io.reprise.server.decision;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policy that asks for more than nearness: above the floor, the candidate that a {@link Verifier} finds likeliest to mean the
 * same serves, when its probability reaches the cut-off for the rate asked for and no guard forbids it.
 *
 * <p>The same text needs no verifier and no guard. A candidate that the verifier says nothing about never serves, and neither does one
 * that is not judged: below the floor, or after the {@value #MOST_JUDGED} nearest, which bounds what a decision costs.
 */
public final class VerifiedPolicy implements HitPolicy {
    /** How many candidates are judged at most. */
    public static final int MOST_JUDGED = 8;

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
    public Decision decide(String asked, List<Candidate> candidates, double maxWrongRate) {
        double cutoff = cutoffs.at(maxWrongRate);
        if (candidates.isEmpty() || !isConsidered(candidates.getFirst())) {
            return new Decision(nothing(candidates), candidates, cutoff, floor);
        }
        List<Candidate> all = new ArrayList<>(candidates);
        List<Candidate> considered = all.subList(0, considered(candidates));
        Guard.About guarded = guard.about(asked);
        considered.replaceAll(candidate -> asked.equals(candidate.text())
                ? candidate.withProbability(1)
                : candidate.withVetoes(guarded.vetoes(candidate.text())));
        if (considered.stream().noneMatch(candidate -> asked.equals(candidate.text()))) {
            List<Candidate> judged = verifier.judged(asked, considered, cutoff);
            for (int i = 0; i < judged.size(); i++) {
                considered.set(i, judged.get(i));
            }
        }
        return new Decision(best(considered, cutoff), all, cutoff, floor);
    }

    private int considered(List<Candidate> candidates) {
        int considered = 0;
        while (considered < Math.min(MOST_JUDGED, candidates.size()) && isConsidered(candidates.get(considered))) {
            considered++;
        }
        return considered;
    }

    private boolean isConsidered(Candidate candidate) {
        // Compared as floats, so that 0.8f reaches 0.8; and so that what is no number reaches nothing.
        return candidate.cosine() >= (float) floor;
    }

    private static Decision.Verdict nothing(List<Candidate> candidates) {
        return new Decision.Verdict.Miss(candidates.isEmpty() ? Decision.Reason.NO_CANDIDATE : Decision.Reason.FLOOR);
    }

    private static Decision.Verdict best(List<Candidate> judged, double cutoff) {
        Candidate likeliest = likeliest(judged, cutoff);
        if (likeliest != null && likeliest.probability() != null) {
            return new Decision.Verdict.Hit(likeliest, likeliest.probability());
        }
        return new Decision.Verdict.Miss(why(judged.getFirst(), cutoff));
    }

    /** Why nothing serves: what there is to say of the nearest. */
    private static Decision.Reason why(Candidate nearest, double cutoff) {
        if (cutoff > 1) {
            return Decision.Reason.BOUND;
        }
        return nearest.vetoes().isEmpty()
                ? Decision.Reason.VERIFIER
                : Decision.Reason.guard(nearest.vetoes().getFirst());
    }

    /** Of those that reach the cut-off and that no guard forbids; of two as likely the nearer. */
    private static @Nullable Candidate likeliest(List<Candidate> judged, double cutoff) {
        Candidate best = null;
        double highest = -1;
        for (Candidate candidate : judged) {
            Double probability = candidate.probability();
            boolean isAllowed = candidate.vetoes().isEmpty();
            if (isAllowed && probability != null && probability >= cutoff && probability > highest) {
                best = candidate;
                highest = probability;
            }
        }
        return best;
    }
}
