package io.reprise.benchmarks.quality;

import org.jspecify.annotations.Nullable;

/**
 * A prompt as policies see it.
 *
 * @param text in the server's normal form
 * @param vector of unit norm, not modified; null when it is not compared by meaning, being longer than the model's window for one
 */
record PromptText(String text, float @Nullable [] vector) {

    /** One that is not compared by meaning. */
    static PromptText exactOnly(String text) {
        return new PromptText(text, null);
    }
}
