package io.reprise.server.decision;

/**
 * Reads two prompts at once, as a cross-encoder does, and says how surely they mean the same. It costs more than all else that a decision
 * does, so it is asked about few. Thread-safe and symmetric.
 */
@FunctionalInterface
public interface CrossReader {
    /** Begins with the prompt that is asked. */
    About about(String asked);

    /** A reader that knows what was asked. */
    @FunctionalInterface
    interface About {
        /**
         * Reads another prompt beside it.
         *
         * @return log-odds; minus infinity where the two cannot mean the same
         * @throws RuntimeException when it cannot read
         */
        float logOdds(String other);
    }
}
