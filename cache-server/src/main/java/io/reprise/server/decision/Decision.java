package io.reprise.server.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a policy made of the candidates, and from what.
 *
 * @param verdict hit or miss
 * @param candidates all it saw, nearest first, with what it found out about each
 * @param cutoff the probability or cosine a candidate had to reach
 * @param floor the cosine below which a candidate is not considered
 * @param opinion what a second opinion made of the candidate that the cut-off kept back, or null when none was asked for
 */
public record Decision(
        Verdict verdict,
        List<Candidate> candidates,
        double cutoff,
        double floor,
        @Nullable Opinion opinion) {

    public Decision {
        candidates = List.copyOf(candidates);
    }

    /** A decision without a second opinion. */
    public Decision(Verdict verdict, List<Candidate> candidates, double cutoff, double floor) {
        this(verdict, candidates, cutoff, floor, null);
    }

    /** The same with another cut-off, which somebody else has set. */
    public Decision withCutoff(double other) {
        return new Decision(verdict, candidates, other, floor, opinion);
    }

    /** The same with what a second opinion said. */
    public Decision withOpinion(@Nullable Opinion said) {
        return new Decision(verdict, candidates, cutoff, floor, said);
    }

    /** Cosine of the nearest candidate, or null when there is none. */
    public @Nullable Float nearestCosine() {
        return candidates.isEmpty() ? null : candidates.getFirst().cosine();
    }

    /** Hit or miss. */
    public sealed interface Verdict {
        /**
         * The answer of this candidate serves.
         *
         * @param confidence estimated probability that it is right, 0 to 1
         */
        record Hit(Candidate candidate, double confidence) implements Verdict {}

        /** No candidate serves. */
        record Miss(Reason reason) implements Verdict {}
    }

    /**
     * Why no candidate serves, as far as a policy can say.
     *
     * @param id the word in answers and metrics
     */
    public record Reason(String id) {
        /** The scope holds no candidate at all. */
        public static final Reason NO_CANDIDATE = new Reason("no_candidate");

        /** The nearest lies below the floor. */
        public static final Reason FLOOR = new Reason("floor");

        /** A candidate lies above the floor, but none is known to reach the cut-off. */
        public static final Reason VERIFIER = new Reason("verifier");

        /** One reaches it, but the wrong-hit rate asked for cannot be shown. */
        public static final Reason BOUND = new Reason("bound");

        /** The guard of this name forbids the nearest, and no other serves. */
        public static Reason guard(String name) {
            return new Reason("guard:" + name);
        }
    }
}
