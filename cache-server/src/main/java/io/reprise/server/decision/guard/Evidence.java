package io.reprise.server.decision.guard;

/**
 * What a pair of texts has in common, in numbers: what the guards saw, for a verifier that weighs instead of forbidding.
 *
 * @param contentOnlyAsked content words that the asked text has alone, 0 or more
 * @param contentOnlyCached content words that the cached text has alone, 0 or more
 * @param sharedContent content words of the asked text that the cached one has too, 0 or more
 * @param otherOnlyAsked function words and symbols that the asked text has alone, 0 or more
 * @param otherOnlyCached the same of the cached text
 * @param misspellings words that were taken for the same although they are spelt differently, 0 or more
 * @param sameOrder whether the words they share come in the same order
 * @param surfaceOnly whether nothing but case, punctuation, politeness, contraction, inflection or spelling differs: no word stands
 *     alone, the order and the numbers are the same
 * @param sameQuestion whether both ask for the same kind of thing, as far as either says
 * @param numbersAsked numbers that the asked text names, 0 or more
 * @param numbersCached numbers that the cached text names, 0 or more
 */
public record Evidence(
        int contentOnlyAsked,
        int contentOnlyCached,
        int sharedContent,
        int otherOnlyAsked,
        int otherOnlyCached,
        int misspellings,
        boolean sameOrder,
        boolean surfaceOnly,
        boolean sameQuestion,
        int numbersAsked,
        int numbersCached) {

    static Evidence of(Alignment pair) {
        int contentOnlyAsked = pair.contentOnlyAsked();
        int contentOnlyCached = pair.contentOnlyCached();
        int otherOnlyAsked = pair.onlyAsked().size() - contentOnlyAsked;
        int otherOnlyCached = pair.onlyCached().size() - contentOnlyCached;
        boolean sameOrder = SharedOrder.isSame(pair);
        boolean sameNumbers = pair.asked().quantities().equals(pair.cached().quantities());
        return new Evidence(
                contentOnlyAsked,
                contentOnlyCached,
                pair.sharedContent(),
                otherOnlyAsked,
                otherOnlyCached,
                pair.misspellings(),
                sameOrder,
                contentOnlyAsked + contentOnlyCached + otherOnlyAsked + otherOnlyCached == 0
                        && sameOrder
                        && sameNumbers,
                pair.asked().question().equals(pair.cached().question()),
                pair.asked().quantities().size(),
                pair.cached().quantities().size());
    }

    /** Shared content words as a part of all, 0 to 1; 1 when neither text has any. */
    public double contentOverlap() {
        int all = contentOnlyAsked + contentOnlyCached + sharedContent;
        return all == 0 ? 1 : (double) sharedContent / all;
    }
}
