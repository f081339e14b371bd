package io.reprise.server.audit;

/** What a judge makes of two answers. */
public enum Judgement {
    /** Whoever got the one would not miss the other. */
    SAME,
    /** They answer different things, or the same thing differently. */
    DIFFERENT,
    /** The judge cannot say. */
    UNSURE
}
