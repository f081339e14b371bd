package io.reprise.server.decision;

/** The probability that a candidate must reach, so that hits are wrong no more often than asked. Thread-safe. */
@FunctionalInterface
public interface Cutoffs {
    /**
     * The cut-off for a ceiling.
     *
     * @param maxWrongRate on the share of wrong hits among those served, 0 to 1
     * @return 0 to 1; more than 1 where no cut-off is known to hold it
     */
    double at(double maxWrongRate);
}
