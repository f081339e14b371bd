package io.reprise.server.cache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an invalidation would take.
 *
 * @param count how many entries
 * @param examples some of them: the nearest, or else the newest
 */
public record Matches(long count, List<Example> examples) {
    /** How many examples are told. */
    public static final int MAX_EXAMPLES = 10;

    public Matches {
        examples = List.copyOf(examples);
    }

    /**
     * One of them.
     *
     * @param similarity cosine to the prompt that was given; null where none was, or where the entry is found by its text only
     */
    public record Example(
            String id, String prompt, @Nullable Float similarity) {}
}
