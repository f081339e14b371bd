package io.reprise.benchmarks.quality;

/** Says how surely the answer to one prompt serves for another. Pure and thread-safe: it is asked once for a pair. */
@FunctionalInterface
interface PairScorer {
    /** What is never served, such as what a guard vetoes. */
    double NEVER = Double.NEGATIVE_INFINITY;

    /**
     * The score of one pair; the higher, the sooner it is served.
     *
     * @param asked has a vector, and so has what is stored
     * @return any number but NaN, or {@link #NEVER}
     */
    double score(PromptText asked, Stored stored);
}
