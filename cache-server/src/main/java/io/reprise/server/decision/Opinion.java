package io.reprise.server.decision;

/** What came of asking for a second opinion about a candidate of the grey zone. */
public enum Opinion {
    /** In both orders the model says that the answer serves; it is served. */
    SAME("same"),
    /** It does not say so, or says something else than it was asked for. */
    NOT_SAME("not_same"),
    /** It has not answered in time. */
    NO_ANSWER("no_answer"),
    /** What hits have saved does not pay for the question, or the texts are too long for it. */
    NOT_AFFORDED("not_afforded");

    private final String id;

    Opinion(String id) {
        this.id = id;
    }

    /** The word in answers and metrics. */
    public String id() {
        return id;
    }
}
