package io.reprise.server.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.EmbeddingsCall.Input;
import io.reprise.server.protocol.Usage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EmbeddingSharesTest {
    private static final Completion EMBEDDING =
            new Completion(Completion.Form.OPENAI_EMBEDDING, new byte[0], "m", null, false);

    @Test
    void ownCounts_areThoseOfTheModelsTokenizerAndOfLists() {
        var shares = new EmbeddingShares(new TokenCounter());
        List<Input> inputs = List.of(
                new Input(JsonNodeFactory.instance.textNode("tiktoken is great!")),
                new Input(JsonNodeFactory.instance.arrayNode().add(1).add(2)),
                new Input(JsonNodeFactory.instance.textNode("")));

        assertArrayEquals(new long[] {6, 2, 0}, shares.count("text-embedding-3-small", inputs));
    }

    @Test
    void sharesOfTheSameCount_areTheCounts() {
        assertArrayEquals(new long[] {6, 2, 0, 1}, shares(9, 6, 2, 0, 1));
    }

    @Test
    void sharesOfAnotherCount_areInProportion() {
        assertArrayEquals(new long[] {20, 10, 0, 70}, shares(100, 2, 1, 0, 7));
    }

    @Test
    void inputsWithoutTokens_shareAlike() {
        assertArrayEquals(new long[] {2, 2, 3}, shares(7, 0, 0, 0));
    }

    @Test
    void shares_alwaysAddUpAndAreNearTheirProportion() {
        Random random = new Random(5);
        for (int round = 0; round < 2000; round++) {
            long[] counts = random.longs(1 + random.nextInt(50), 0, 1 + random.nextInt(1 << 20))
                    .toArray();
            long total = random.nextLong(1L << (1 + random.nextInt(40)));
            long sum = Arrays.stream(counts).sum();

            long[] shares = shares(total, counts);

            assertEquals(total, Arrays.stream(shares).sum());
            for (int i = 0; i < counts.length && sum > 0; i++) {
                double exact = (double) total * counts[i] / sum;
                assertTrue(Math.abs(shares[i] - exact) <= 1 + exact * 1e-9, shares[i] + " for " + exact);
            }
        }
    }

    @Test
    void ownCountsStandAsEstimates_whereUpstreamCountedNothing() {
        List<Usage> usages = usages(null, 3, 0);

        assertEquals(List.of(Usage.of(3, 0, true), Usage.of(0, 0, true)), usages);
    }

    private static long[] shares(long total, long... counts) {
        return usages(Usage.of(total, 0, false), counts).stream()
                .mapToLong(Usage::inputTokens)
                .toArray();
    }

    private static List<Usage> usages(@Nullable Usage total, long... counts) {
        return EmbeddingShares.shared(Collections.nCopies(counts.length, EMBEDDING), total, counts).stream()
                .map(Completion::usage)
                .map(Objects::requireNonNull)
                .toList();
    }
}
