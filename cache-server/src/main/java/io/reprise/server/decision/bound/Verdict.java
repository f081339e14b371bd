package io.reprise.server.decision.bound;

/** What the judge of an audit says of the cached answer beside a fresh one. */
public enum Verdict {
    SAME,
    DIFFERENT,
    /** Counts as {@link #DIFFERENT} in the bound, and as a false alarm in the judge's measured errors, but quarantines nothing. */
    UNSURE
}
