package io.reprise.server.decision.guard;

import org.jspecify.annotations.Nullable;

/** One way in which near texts ask for something else. Implementations are pure and thread-safe. */
interface Guard {
    /** Its name in answers and metrics, in lower case. */
    String name();

    /**
     * What differs, in words for a person, where it forbids to serve the cached text's answer for the asked one; else
     * null.
     */
    @Nullable String difference(Alignment pair);

    /** Whether it forbids that. */
    default boolean vetoes(Alignment pair) {
        return difference(pair) != null;
    }
}
