package io.reprise.server.testupstream;

import java.util.Objects;
import java.util.Optional;

/** What an answer reports of the tokens it used. */
public sealed interface UsageReport {

    /**
     * Counted by the test upstream's own way of cutting text into tokens, which is near but not equal to any real one, so that a
     * reported count can be told from an estimate.
     */
    record Counted() implements UsageReport {}

    /** These numbers. */
    record Stated(TokenUsage usage) implements UsageReport {
        public Stated {
            Objects.requireNonNull(usage, "usage");
        }
    }

    /** Nothing, as some compatible servers do: no {@code usage} field, and no usage event even when the request asks for one. */
    record Absent() implements UsageReport {}

    /** What to report of an answer of so many tokens to this question; empty where nothing is reported. */
    default Optional<TokenUsage> of(Question question, int completionTokens, int reasoningTokens) {
        return switch (this) {
            case Counted() ->
                Optional.of(new TokenUsage(
                        question.promptTokens(), question.cachedTokens(), completionTokens, reasoningTokens));
            case Stated(TokenUsage stated) -> Optional.of(stated);
            case Absent() -> Optional.empty();
        };
    }
}
