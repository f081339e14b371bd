package io.reprise.server.decision.guard;

/** One way in which near texts ask for something else. Implementations are pure and thread-safe. */
interface Guard {
    /** Its name in answers and metrics, in lower case. */
    String name();

    /** Whether it forbids to serve the cached text's answer for the asked one. */
    boolean vetoes(Alignment pair);
}
