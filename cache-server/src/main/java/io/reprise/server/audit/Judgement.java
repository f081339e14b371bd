package io.reprise.server.audit;

/** What a judge makes of two answers. */
public enum Judgement {
    /** Whoever got the one would not miss the other. */
    SAME,
    /** They answer different things, or the same thing differently. Only a model says so. */
    DIFFERENT,
    /** The judge cannot say. */
    UNSURE;

    /** What two judgements come to: one that finds the answers the same is enough, and both must find them different. */
    Judgement confirmedBy(Judgement second) {
        if (this == SAME || second == SAME) {
            return SAME;
        }
        return this == second ? this : UNSURE;
    }
}
