package io.reprise.server.cache;

/** Takes the time of each stage of a lookup. Thread-safe, and never fails. */
@FunctionalInterface
public interface StageTimer {
    /** Stages of a lookup. */
    enum Stage {
        EXACT,
        EMBED,
        SEARCH,
        DECIDE
    }

    void record(Stage stage, long nanos);
}
