package io.reprise.server.decision.bound;

/** What became of a vote. */
public enum Feedback {
    /** It counted: a wrong answer against its namespace and its entry. */
    TIGHTENED,
    /** It was noted; nothing ever loosens by a vote. */
    NOTED,
    /** This lookup has had its vote. */
    REPEATED,
    /** The lookup is another principal's, who alone may vote. */
    NOT_YOURS,
    /** The lookup was not answered by meaning. */
    NOT_SERVED
}
