package io.reprise.server.decision;

import org.jspecify.annotations.Nullable;

/**
 * A new prompt, as a decision sees it.
 *
 * @param text the prompt
 * @param sketch what {@link HitPolicy#sketch} made of it, not to be modified; null where nothing was made
 */
public record Question(String text, byte @Nullable [] sketch) {

    /** A prompt of which only the text is known. */
    public static Question of(String text) {
        return new Question(text, null);
    }
}
