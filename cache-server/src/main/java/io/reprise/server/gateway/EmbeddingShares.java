package io.reprise.server.gateway;

import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.EmbeddingsCall;
import io.reprise.server.protocol.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides the tokens that upstream counted for a call for embeddings among its inputs, in proportion to our own count of each.
 *
 * <p>The shares add up to upstream's number exactly; each is off by less than one token from its proportion. Thread-safe; counting
 * takes time, so not on a request's way.
 */
final class EmbeddingShares {
    private final TokenCounter counter;

    EmbeddingShares(TokenCounter counter) {
        this.counter = counter;
    }

    /** Our own count of each input. */
    long[] count(@Nullable String model, List<EmbeddingsCall.Input> inputs) {
        return inputs.stream()
                .mapToLong(input -> input.isTokens() ? input.json().size() : counter.count(model, input.text()))
                .toArray();
    }

    /**
     * The embeddings, each with its share. Nothing is counted when there is nothing to divide.
     *
     * @param total upstream's count, or null when it gave none: then our own counts stand, as estimates
     */
    List<Completion> shared(
            @Nullable String model,
            List<EmbeddingsCall.Input> inputs,
            List<Completion> embeddings,
            @Nullable Usage total) {
        return total != null && embeddings.size() == 1
                ? List.of(embeddings.getFirst().withUsage(total))
                : shared(embeddings, total, count(model, inputs));
    }

    /**
     * The embeddings, each with its share.
     *
     * @param total upstream's count, or null when it gave none: then our own counts stand, as estimates
     * @param counts our own, one for each
     */
    static List<Completion> shared(List<Completion> embeddings, @Nullable Usage total, long[] counts) {
        long sum = Arrays.stream(counts).sum();
        List<Completion> shared = new ArrayList<>(counts.length);
        long counted = 0;
        long given = 0;
        for (int i = 0; i < counts.length; i++) {
            counted += counts[i];
            Usage usage;
            if (total == null) {
                usage = Usage.of(counts[i], 0, true);
            } else {
                // The share is the growth of the rounded running total, and so nothing is lost or made up.
                long upTo = sum > 0
                        ? proportion(total.inputTokens(), counted, sum)
                        : proportion(total.inputTokens(), i + 1, counts.length);
                usage = Usage.of(upTo - given, 0, total.estimated());
                given = upTo;
            }
            shared.add(embeddings.get(i).withUsage(usage));
        }
        return shared;
    }

    /** {@code total · part / whole}, rounded down, for parts of at most the whole and wholes below 2^31. */
    private static long proportion(long total, long part, long whole) {
        return total / whole * part + total % whole * part / whole;
    }
}
