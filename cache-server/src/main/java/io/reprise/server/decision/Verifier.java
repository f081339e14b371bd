package io.reprise.server.decision;

import org.jspecify.annotations.Nullable;

/**
 * Estimates whether two prompts mean the same, so that one's answer serves for the other. Implementations are thread-safe and
 * symmetric: it does not matter which of the two was asked first.
 */
public interface Verifier {
    /**
     * The calibrated probability for one pair.
     *
     * @return 0 to 1; null where this has no evidence, as when a prompt was stored without a sketch
     */
    @Nullable Double probability(Question asked, Candidate candidate);

    /** The same for one prompt that is asked and many candidates: what depends on the prompt alone is worked out once. Thread-safe. */
    default About about(Question asked) {
        return candidate -> probability(asked, candidate);
    }

    /** A verifier that knows what was asked. */
    @FunctionalInterface
    interface About {
        /** As {@link Verifier#probability}. */
        @Nullable Double probability(Candidate candidate);
    }

    /** As {@link HitPolicy#sketch}: what this wants to know of a prompt. */
    default byte @Nullable [] sketch(int[] tokenIds, float[] states) {
        return null;
    }
}
