package io.reprise.server.decision;

import io.reprise.server.decision.guard.Evidence;
import io.reprise.server.decision.guard.Guards;
import io.reprise.server.decision.guard.Reading;
import java.util.List;

/** What the guards saw of two prompts, as numbers. As in {@link TokenAlignment}, nothing depends on which prompt comes first. */
final class GuardEvidence {
    static final List<String> NAMES = List.of(
            "content words of one alone, smaller",
            "content words of one alone, larger",
            "shared content words",
            "share of shared content words",
            "function words of one alone, smaller",
            "function words of one alone, larger",
            "misspellings",
            "same order of shared words",
            "differs on the surface only",
            "same kind of question",
            "numbers, smaller",
            "numbers, larger",
            "guards that forbid");

    private GuardEvidence() {}

    /**
     * Tells of a pair.
     *
     * @param out receives a value for each of {@link #NAMES}, from {@code at} on
     */
    static void tell(Reading first, Reading second, float[] out, int at) {
        // Guards may look at the asked text first: always at the same one, whichever was asked.
        boolean inOrder = first.text().compareTo(second.text()) <= 0;
        Guards.Judgement judgement = Guards.standard().judge(inOrder ? first : second, inOrder ? second : first);
        Evidence evidence = judgement.evidence();
        out[at] = Math.min(evidence.contentOnlyAsked(), evidence.contentOnlyCached());
        out[at + 1] = Math.max(evidence.contentOnlyAsked(), evidence.contentOnlyCached());
        out[at + 2] = evidence.sharedContent();
        out[at + 3] = (float) evidence.contentOverlap();
        out[at + 4] = Math.min(evidence.otherOnlyAsked(), evidence.otherOnlyCached());
        out[at + 5] = Math.max(evidence.otherOnlyAsked(), evidence.otherOnlyCached());
        out[at + 6] = evidence.misspellings();
        out[at + 7] = evidence.sameOrder() ? 1 : 0;
        out[at + 8] = evidence.surfaceOnly() ? 1 : 0;
        out[at + 9] = evidence.sameQuestion() ? 1 : 0;
        out[at + 10] = Math.min(evidence.numbersAsked(), evidence.numbersCached());
        out[at + 11] = Math.max(evidence.numbersAsked(), evidence.numbersCached());
        out[at + 12] = judgement.vetoes().size();
    }
}
