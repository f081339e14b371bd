package io.reprise.server.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PriceSheetTest {
    @Test
    void fullRow_isRead() {
        List<Price> prices = read("- {model: m, valid_from: 2026-07-01, above_input_tokens: 200000, input: 0.1, "
                + "cached_input: 0.0028, cache_write: 0.125, output: 3}");
        assertEquals(
                List.of(Price.ofUsdPerMillionTokens(
                        "m", LocalDate.of(2026, 7, 1), 200_000, "0.1", "0.0028", "0.125", "3")),
                prices);
    }

    @Test
    void absentPrices_areUnknown() {
        Price price = read("- {model: m, input: 1}").getFirst();
        assertTrue(price.cachedInput().isEmpty()
                && price.cacheWrite().isEmpty()
                && price.output().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model: m",
                "- m",
                "- {model: m}",
                "- {input: 1}",
                "- {model: m, input: 1, cached: 1}",
                "- {model: m, input: free}",
                "- {model: m, input: -1}",
                "- {model: m, input: 1e-3}",
                "- {model: m, input: 1, output: }",
                "- {model: m, input: [1]}",
                "- {model: '', input: 1}",
                "- {model: m, input: 1, above_input_tokens: -5}"
            })
    void rowThatCannotBeRead_isRejected(String yaml) {
        assertThrows(IllegalArgumentException.class, () -> read(yaml));
    }

    private static List<Price> read(String yaml) {
        return PriceSheet.read(new ByteArrayInputStream(yaml.getBytes(UTF_8)));
    }
}
