package io.reprise.server.audit;

import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two answers to what may be the same question, and what else may be found out about them.
 *
 * @param cachedPrompt what the cached answer was given to
 * @param cached the cache's answer
 * @param prompt what was asked
 * @param fresh upstream's answer to it
 * @param model the model that the call asked for, or null
 * @param again answers the call upstream once more, at its caller's cost. Blocks, and is called at most once
 */
public record Comparison(
        String cachedPrompt,
        Completion cached,
        String prompt,
        Completion fresh,
        @Nullable String model,
        Supplier<Answers.Reading> again) {
    /** For {@code again} where the caller alone can reach the model. */
    public static Answers.Reading unreachable() {
        return new Answers.Reading.NotKept("unreachable", null, null);
    }
}
