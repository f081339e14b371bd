package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PriceBookTest {
    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");

    private final PriceBook bundled = PriceBook.bundled(List.of());

    @Test
    void inputAndOutput_costTheirListPrice() {
        // 12 x 2.5 + 85 x 10 = 880 USD per million
        assertEquals("0.00088", usd(bundled.cost("gpt-4o", Usage.of(12, 85, false), AT)));
    }

    @Test
    void cachedTokens_costTheCachedPriceAndNotTheInputPriceAsWell() {
        // 600 x 2.5 + 400 x 1.25 + 500 x 10 = 7000
        assertEquals("0.007", usd(bundled.cost("gpt-4o", new Usage(1_000, 400, 0, 500, false), AT)));
    }

    @Test
    void writtenTokens_costTheCacheWritePrice() {
        // 3000 x 3 + 6000 x 0.3 + 1000 x 3.75 + 200 x 15 = 17550
        assertEquals(
                "0.01755", usd(bundled.cost("claude-sonnet-4-5", new Usage(10_000, 6_000, 1_000, 200, false), AT)));
    }

    @Test
    void smallestListPrice_isExact() {
        // one cached token at 0.0028, before the price change
        Instant june = Instant.parse("2026-06-01T12:00:00Z");
        assertEquals("0.0000000028", usd(bundled.cost("deepseek-v4-flash", new Usage(1, 1, 0, 0, false), june)));
    }

    @Test
    void noTokens_costNothing() {
        assertEquals(OptionalLong.of(0), bundled.cost("gpt-5", Usage.of(0, 0, false), AT));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, 13.75",
        "gpt-4o-mini, 0.825",
        "gpt-4.1, 10.5",
        "gpt-4.1-mini, 2.1",
        "gpt-4.1-nano, 0.525",
        "o3, 10.5",
        "o4-mini, 5.775",
        "gpt-5, 11.375",
        "gpt-5-mini, 2.275",
        "gpt-5-nano, 0.455",
        "gpt-5.2, 15.925",
        "gpt-5.4, 17.75",
        "gpt-5.5, 35.5",
        "claude-opus-4-5, 30.5",
        "claude-sonnet-4-5, 18.3",
        "claude-haiku-4-5, 6.1",
        "claude-3-5-haiku, 4.88",
        "gemini-2.5-pro, 11.375",
        "gemini-2.5-flash, 2.83",
        "deepseek-v4-flash, 0.753"
    })
    void bundledModel_hasItsListPrices(String model, String inputPlusCachedPlusOutputOfAMillionth) {
        long millionths = bundled.cost(model, new Usage(2, 1, 0, 1, false), AT).orElseThrow();
        assertEquals(PicoDollars.parseUsdPerMillionTokens(inputPlusCachedPlusOutputOfAMillionth), millionths);
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.3-70b-versatile, 1, 1.38",
        "llama-3.1-8b-instant, 1, 0.13",
        "text-embedding-3-small, 0, 0.02",
        "text-embedding-3-large, 0, 0.13"
    })
    void bundledModelWithoutCachedPrice_hasItsListPrices(String model, long outputTokens, String usdPerMillion) {
        assertEquals(
                OptionalLong.of(PicoDollars.parseUsdPerMillionTokens(usdPerMillion)),
                bundled.cost(model, Usage.of(1, outputTokens, false), AT));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-2024-08-06, gpt-4o",
        "gpt-4.1-mini-2025-04-14, gpt-4.1-mini",
        "claude-sonnet-4-5-20250929, claude-sonnet-4-5",
        "claude-3-5-haiku-latest, claude-3-5-haiku"
    })
    void snapshot_costsWhatItsModelCosts(String snapshot, String model) {
        Usage usage = new Usage(1_000, 10, 0, 100, false);
        assertTrue(bundled.cost(snapshot, usage, AT).isPresent());
        assertEquals(bundled.cost(model, usage, AT), bundled.cost(snapshot, usage, AT));
    }

    @Test
    void snapshotWithItsOwnRow_costsItsOwnPrice() {
        assertEquals("0.00002", usd(bundled.cost("gpt-4o-2024-05-13", Usage.of(1, 1, false), AT)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gpt",
                "GPT-4o",
                "gpt-4o ",
                "openai/gpt-4o",
                "gpt-4o-audio-preview",
                "gpt-4o-2024-08",
                "gpt-4o-20240806x",
                "gpt-4o-2024-08-06-latest",
                "chatgpt-4o-latest",
                "-latest",
                "ft:gpt-4o-mini-2024-07-18:acme::x",
                "模型"
            })
    void modelThatIsNotListed_hasNoPrice(String model) {
        assertTrue(bundled.priceInForce(model, AT).isEmpty());
        assertTrue(bundled.cost(model, Usage.of(1, 1, false), AT).isEmpty());
    }

    @Test
    void noModel_hasNoPrice() {
        assertTrue(bundled.cost(null, Usage.of(1, 1, false), AT).isEmpty());
    }

    @Test
    void cachedTokensWithoutCachedPrice_costAnUnknownAmount() {
        assertTrue(bundled.cost("llama-3.1-8b-instant", new Usage(10, 1, 0, 1, false), AT)
                .isEmpty());
    }

    @Test
    void writtenTokensWithoutWritePrice_costAnUnknownAmount() {
        assertTrue(bundled.cost("gpt-4o", new Usage(10, 0, 1, 1, false), AT).isEmpty());
    }

    @Test
    void outputTokensWithoutOutputPrice_costAnUnknownAmount() {
        assertTrue(bundled.cost("text-embedding-3-small", Usage.of(10, 1, false), AT)
                .isEmpty());
    }

    @Test
    void amountOutOfRange_isUnknown() {
        assertTrue(
                bundled.cost("gpt-4o", Usage.of(Long.MAX_VALUE, 0, false), AT).isEmpty());
        assertTrue(bundled.cost("gpt-4o", Usage.of(3_000_000_000_000L, 300_000_000_000L, false), AT)
                .isEmpty());
    }

    @Test
    void longPrompt_costsItsTierForAllOfTheCall() {
        assertEquals("0.25", usd(bundled.cost("gemini-2.5-pro", Usage.of(200_000, 0, false), AT)));
        assertEquals("0.5000025", usd(bundled.cost("gemini-2.5-pro", Usage.of(200_001, 0, false), AT)));
    }

    @Test
    void priceChange_holdsFromItsDayOn() {
        PriceBook book = new PriceBook(
                List.of(row("m", "2026-07-01", "2"), row("m", null, "1"), row("m", "2026-08-01", "3")), List.of());

        assertEquals(1_000_000, input(book, "m", "2026-06-30T23:59:59.999999999Z"));
        assertEquals(2_000_000, input(book, "m", "2026-07-01T00:00:00Z"));
        assertEquals(2_000_000, input(book, "m", "2026-07-31T23:59:59Z"));
        assertEquals(3_000_000, input(book, "m", "2030-01-01T00:00:00Z"));
    }

    @Test
    void priceNotYetInForce_isUnknown() {
        PriceBook book = new PriceBook(List.of(row("m", "2027-01-01", "2")), List.of());
        assertTrue(book.priceInForce("m", AT).isEmpty());
    }

    @Test
    void operatorsPrice_winsOverTheBundledOneAndItsTiers() {
        PriceBook book = PriceBook.bundled(List.of(row("gemini-2.5-pro", null, "0.5")));
        assertEquals(
                500_000,
                book.priceInForce("gemini-2.5-pro", AT)
                        .orElseThrow()
                        .rates()
                        .input()
                        .orElseThrow());
    }

    @Test
    void operatorsFuturePrice_leavesTheBundledOneInForceUntilThen() {
        PriceBook book = PriceBook.bundled(List.of(row("gpt-4o", "2027-01-01", "9")));
        assertEquals(2_500_000, input(book, "gpt-4o", "2026-12-31T00:00:00Z"));
        assertEquals(9_000_000, input(book, "gpt-4o-2024-08-06", "2027-01-01T00:00:00Z"));
    }

    @Test
    void operatorsPriceOfANewModel_isAdded() {
        PriceBook book = PriceBook.bundled(List.of(row("our-own", null, "7")));
        assertEquals(7_000_000, input(book, "our-own", "2026-01-01T00:00:00Z"));
    }

    @Test
    void twoPricesOfTheSameDay_areRejected() {
        List<Price> rows = List.of(row("m", null, "1"), row("m", null, "2"));
        assertThrows(IllegalArgumentException.class, () -> new PriceBook(rows, List.of()));
    }

    private static Price row(String model, @Nullable String validFrom, String input) {
        LocalDate day = validFrom == null ? null : LocalDate.parse(validFrom);
        return Price.ofUsdPerMillionTokens(model, day, input, null, null, null);
    }

    private static long input(PriceBook book, String model, String at) {
        return book.priceInForce(model, Instant.parse(at))
                .orElseThrow()
                .rates()
                .input()
                .orElseThrow();
    }

    private static String usd(OptionalLong picoDollars) {
        return PicoDollars.toUsd(picoDollars.orElseThrow());
    }
}
