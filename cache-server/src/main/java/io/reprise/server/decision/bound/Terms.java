package io.reprise.server.decision.bound;

/**
 * What a would-be hit must reach, and why.
 *
 * @param cutoff the verifier's probability from which a candidate serves; {@link #EXACT_ONLY} when none does
 * @param reason what set it
 */
public record Terms(double cutoff, Reason reason) {
    /** Above every probability. */
    public static final double EXACT_ONLY = 2;

    /** What set a cut-off. */
    public enum Reason {
        /** Audits show that at this cut-off the share of wrong hits lies under the ceiling. */
        AUDITS("audits"),
        /** Cold start: the offline calibration expects it, and audits do not speak against it; nothing is shown yet. */
        CALIBRATION("calibration"),
        /** Nothing is shown, and the calibration is not (or no longer) trusted. */
        NOT_SHOWN("not_shown"),
        /** Audits or feedback of this principal's namespace ask for more than the pooled evidence does. */
        NAMESPACE("namespace"),
        /** An earlier wrong answer of this entry, or this very pair. */
        QUARANTINE("quarantine");

        private final String id;

        Reason(String id) {
            this.id = id;
        }

        /** The word in answers and metrics. */
        public String id() {
            return id;
        }

        /** What may be said of hits that rest on it: that few enough are wrong was shown, or is expected. */
        public String evidence() {
            return this == AUDITS ? "shown" : "expected";
        }
    }

    /** Whether no candidate can serve. */
    public boolean exactOnly() {
        return cutoff > 1;
    }
}
