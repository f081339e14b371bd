package io.reprise.server.audit;

import io.reprise.server.protocol.Answers;
import org.jspecify.annotations.Nullable;

/** A chat model that is asked on the operator's behalf. Thread-safe. */
@FunctionalInterface
public interface JudgeModel {
    /**
     * Asks it. Blocks, but not for ever.
     *
     * @return what it answered, or null when no answer came
     */
    Answers.@Nullable Reading ask(String instruction, String text);
}
