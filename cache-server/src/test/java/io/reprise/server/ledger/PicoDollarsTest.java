package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PicoDollarsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "880000000, 0.00088",
        "1, 0.000000000001",
        "1000000000000, 1",
        "12000000000000, 12",
        "100000000000000, 100",
        "-1500000000000, -1.5",
        "9223372036854775807, 9223372.036854775807",
        "-9223372036854775808, -9223372.036854775808"
    })
    void amount_isRenderedWithoutTrailingZerosAndParsedBack(long picoDollars, String usd) {
        assertEquals(usd, PicoDollars.toUsd(picoDollars));
        assertEquals(picoDollars, PicoDollars.parseUsd(usd));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1e3",
                "1.",
                ".5",
                "0x1",
                "NaN",
                "1,5",
                "1_000",
                "٣",
                "0.0000000000001",
                "9223372.036854775808"
            })
    void textThatIsNoAmount_isRejected(String text) {
        assertThrows(IllegalArgumentException.class, () -> PicoDollars.parseUsd(text));
    }

    @Test
    void parsedAmount_mayHaveTrailingZeros() {
        assertEquals(500_000_000_000L, PicoDollars.parseUsd("0.500000000000000000"));
    }

    @Test
    void pricePerMillionTokens_isAWholeNumberPerToken() {
        assertEquals(2_800, PicoDollars.parseUsdPerMillionTokens("0.0028"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0.0000001"})
    void negativeOrTooFinePrice_isRejected(String usd) {
        assertThrows(IllegalArgumentException.class, () -> PicoDollars.parseUsdPerMillionTokens(usd));
    }

    @Test
    void saturatedAdd_stopsAtTheEndsOfTheRange() {
        assertEquals(Long.MAX_VALUE, PicoDollars.saturatedAdd(Long.MAX_VALUE, 1));
        assertEquals(Long.MIN_VALUE, PicoDollars.saturatedAdd(Long.MIN_VALUE, -1));
        assertEquals(-1, PicoDollars.saturatedAdd(Long.MAX_VALUE, Long.MIN_VALUE));
    }
}
