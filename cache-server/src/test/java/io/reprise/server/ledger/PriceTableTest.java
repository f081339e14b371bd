package io.reprise.server.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.Glob;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.UsageDetails;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What calls cost by the bundled table and by an operator's, worked out by hand. */
final class PriceTableTest {
    private static final String TUESDAY_NOON = "2026-11-03T12:00:00Z";

    private final PriceBook bundled = PriceBook.bundled(List.of());

    // The right side of each row, in US dollars, is the sum of tokens x rate / 1,000,000:
    // gpt-4o           1000 x 2.5 + 100 x 10 = 3500;   with 400 cached: 600 x 2.5 + 400 x 1.25 + 1000 = 3000
    // gpt-5.6-terra    1000 x 2 + 100 x 12 = 3200; flex and batch half; priority twice
    //                  with 400 cached and 500 written: 100 x 2 + 400 x 0.2 + 500 x 2.5 + 1200 = 2730
    //                  272,001 x 4 + 100 x 18 = 1,089,804; 272,000 x 2 + 1200 = 545,200
    // claude-opus-4-5  400 read, 500 written (of which 200 for an hour): 100 x 5 + 400 x 0.5 + 300 x 6.25 + 200 x 10
    //                  + 100 x 25 = 7075; batch half
    // claude-sonnet-4-5  200,001 x 6 + 100 x 22.5 = 1,202,256
    // gemini-3.6-flash 1000 x 0.75 + 100 x 3.75 = 1125; twice from 2027 on
    // deepseek-v4-pro  before 16 August: 435 + 87 = 522; after: 1000 x 0.66 + 100 x 1.98 = 858; peak twice
    @ParameterizedTest
    @CsvSource({
        "gpt-4o, 2026-11-03T12:00:00Z, '', 1000, 0, 0, 0, 100, 0.0035",
        "gpt-4o-2024-08-06, 2026-11-03T12:00:00Z, '', 1000, 400, 0, 0, 100, 0.003",
        "gpt-5.6-terra, 2026-11-03T12:00:00Z, '', 1000, 0, 0, 0, 100, 0.0032",
        "gpt-5.6-terra, 2026-11-03T12:00:00Z, flex, 1000, 0, 0, 0, 100, 0.0016",
        "gpt-5.6-terra, 2026-11-03T12:00:00Z, batch, 1000, 0, 0, 0, 100, 0.0016",
        "gpt-5.6-terra, 2026-11-03T12:00:00Z, priority, 1000, 0, 0, 0, 100, 0.0064",
        "gpt-5.6-terra, 2026-11-03T12:00:00Z, '', 1000, 400, 500, 0, 100, 0.00273",
        "gpt-5.6-terra, 2026-11-03T12:00:00Z, '', 272000, 0, 0, 0, 100, 0.5452",
        "gpt-5.6-terra, 2026-11-03T12:00:00Z, '', 272001, 0, 0, 0, 100, 1.089804",
        "claude-opus-4-5-20251101, 2026-11-03T12:00:00Z, '', 1000, 400, 500, 200, 100, 0.007075",
        "claude-opus-4-5, 2026-11-03T12:00:00Z, batch, 1000, 400, 500, 200, 100, 0.0035375",
        "claude-sonnet-4-5, 2026-11-03T12:00:00Z, '', 200001, 0, 0, 0, 100, 1.202256",
        "gemini-3.6-flash, 2026-12-31T23:59:59Z, '', 1000, 0, 0, 0, 100, 0.001125",
        "gemini-3.6-flash, 2027-01-01T00:00:00Z, '', 1000, 0, 0, 0, 100, 0.00225",
        "deepseek-v4-pro, 2026-08-15T23:59:59Z, '', 1000, 0, 0, 0, 100, 0.000522",
        "deepseek-v4-pro, 2026-08-17T00:59:59Z, '', 1000, 0, 0, 0, 100, 0.000858",
        "deepseek-v4-pro, 2026-08-17T01:00:00Z, '', 1000, 0, 0, 0, 100, 0.001716",
        "deepseek-v4-pro, 2026-08-17T04:00:00Z, '', 1000, 0, 0, 0, 100, 0.000858",
        "deepseek-v4-pro, 2026-08-17T09:59:59Z, '', 1000, 0, 0, 0, 100, 0.001716",
        "deepseek-v4-pro, 2026-08-22T01:00:00Z, '', 1000, 0, 0, 0, 100, 0.000858",
        "us.meta.llama3-3-70b-instruct-v1:0, 2026-11-03T12:00:00Z, '', 1000, 0, 0, 0, 0, 0.00072"
    })
    void call_costsWhatItsTimeTierAndTokensSay(
            String model,
            String at,
            String tier,
            long input,
            long cached,
            long written,
            long hour,
            long output,
            String usd) {
        Usage usage = new Usage(input, cached, written, output, false, new UsageDetails(hour, 0, 0, 0, 0, 0, tier));
        assertEquals(new Cost.Known(PicoDollars.parseUsd(usd)), cost(bundled, model, usage, at));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, flex, 0, 0, flex",
        "claude-opus-4-5, priority, 0, 0, priority",
        "claude-opus-4-5, fast, 0, 0, fast",
        "gpt-4o, '', 5, 0, audio_input",
        "gpt-4o, '', 0, 1, web_search"
    })
    void rateThatIsNotInTheTable_isUnknownAndNamed(String model, String tier, long audio, long searches, String rate) {
        Usage usage = new Usage(10, 0, 0, 1, false, new UsageDetails(0, audio, 0, 0, 0, searches, tier));
        assertEquals(new Cost.NoRate(rate), cost(bundled, model, usage, TUESDAY_NOON));
    }

    @Test
    void audioAndSearches_costTheirOwnRates() {
        // 900 x 0.3 + 100 x 1 + 10 x 2.5 = 395
        Usage sound = new Usage(1_000, 0, 0, 10, false, new UsageDetails(0, 100, 0, 0, 0, 0, ""));
        assertEquals(
                new Cost.Known(PicoDollars.parseUsd("0.000395")),
                cost(bundled, "gemini-2.5-flash", sound, TUESDAY_NOON));
        // (1000 x 1 + 10 x 5) / 2 = 525 for the tokens of a batch, and two searches at 0.01
        Usage searched = new Usage(1_000, 0, 0, 10, false, new UsageDetails(0, 0, 0, 0, 0, 2, "batch"));
        assertEquals(
                new Cost.Known(PicoDollars.parseUsd("0.020525")),
                cost(bundled, "claude-haiku-4-5", searched, TUESDAY_NOON));
    }

    @Test
    void amountOutOfRange_isNeverWrappedAround() {
        Usage absurd = Usage.of(Long.MAX_VALUE, 0, false);
        assertEquals(new Cost.OutOfRange(), cost(bundled, "gpt-4o", absurd, TUESDAY_NOON));
        Usage searches = new Usage(1, 0, 0, 1, false, new UsageDetails(0, 0, 0, 0, 0, Long.MAX_VALUE, ""));
        assertEquals(new Cost.OutOfRange(), cost(bundled, "claude-opus-5", searches, TUESDAY_NOON));
    }

    @Test
    void negotiatedMultiplier_isOnListPricesOfItsUpstreamAlone() {
        var negotiated = new Negotiated(
                Map.of("anthropic", new BigDecimal("0.9"), "groq", new BigDecimal("0.333")),
                Map.of("groq", Glob.all(List.of("llama-*"))));
        PriceBook book = PriceBook.bundled(sheet("prices: [{model: claude-opus-5, input: 3}]"), negotiated);
        Usage one = Usage.of(1, 0, false);
        // 1 x 5 x 0.9 = 4.5; own prices are what is paid; 0.05 x 0.333 = 0.01665
        assertEquals(new Cost.Known(4_500_000), cost(book, "claude-opus-4-5", one, TUESDAY_NOON));
        assertEquals(new Cost.Known(3_000_000), cost(book, "claude-opus-5", one, TUESDAY_NOON));
        assertEquals(new Cost.Known(16_650), cost(book, "llama-3.1-8b-instant", one, TUESDAY_NOON));
        assertEquals(new Cost.Known(2_500_000), cost(book, "gpt-4o", one, TUESDAY_NOON));
    }

    @Test
    void multiplierOfNoUpstream_isRefusedByName() {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> new Negotiated(Map.of("opnai", BigDecimal.ONE), Map.of()))
                .getMessage());
        assertTrue(message.startsWith("multipliers.opnai"), message);
    }

    @Test
    void providersOfOneModel_arePricedApartAndUnknownTogether() {
        PriceBook book = new PriceBook(sheet("""
            prices:
              - {model: m, provider: a, input: 1}
              - {model: m, provider: b, input: 2}
              - {model: m, provider: b, region: eu, input: 3}
            """), List.of());
        Usage one = Usage.of(1, 0, false);
        Instant at = Instant.parse(TUESDAY_NOON);
        assertEquals(new Cost.NoPrice(), book.cost("m", null, null, one, at));
        assertEquals(new Cost.Known(1_000_000), book.cost("m", "a", "eu", one, at));
        assertEquals(new Cost.Known(2_000_000), book.cost("m", "b", null, one, at));
        assertEquals(new Cost.Known(3_000_000), book.cost("m", "b", "eu", one, at));
    }

    @Test
    void globs_theMostExactWinsAndAnOperatorsWinsOverABundledName() {
        PriceBook book = PriceBook.bundled(sheet("""
            prices:
              - {model: 'gpt-4o*', input: 1}
              - {model: 'gpt-4o-2024-*', input: 2}
            """));
        Usage one = Usage.of(1, 0, false);
        assertEquals(new Cost.Known(1_000_000), cost(book, "gpt-4o", one, TUESDAY_NOON));
        assertEquals(new Cost.Known(2_000_000), cost(book, "gpt-4o-2024-05-13", one, TUESDAY_NOON));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "until: 2026-08-02, # from: 2026-08-01,",
                "from: 2026-08-01, # from: 2026-08-01,",
                "from: 2026-07-01, until: 2026-09-01, # from: 2026-08-01, until: 2026-08-02,"
            })
    void overlappingDates_areRefusedByModel(String first, String second) {
        List<Price> rows = sheet("prices: [{model: m, %s input: 1}, {model: m, %s input: 2}]".formatted(first, second));
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> new PriceBook(rows, List.of()))
                        .getMessage());
        assertTrue(message.startsWith("two prices of m hold from 2026-08-01"), message);
    }

    @Test
    void version_isThatOfTheTableWhateverItsOrder() {
        List<Price> rows = sheet("prices: [{model: a, input: 1}, {model: b, input: 2}]");
        String version = new PriceBook(rows, List.of()).version();
        assertEquals(version, new PriceBook(rows.reversed(), List.of()).version());
        assertNotEquals(version, new PriceBook(rows.subList(0, 1), List.of()).version());
        assertTrue(version.matches("[0-9a-f]{12}"), version);
    }

    private static Cost cost(PriceBook book, String model, Usage usage, String at) {
        return book.cost(model, null, null, usage, Instant.parse(at));
    }

    private static List<Price> sheet(String yaml) {
        return PriceSheet.read(new ByteArrayInputStream(yaml.getBytes(UTF_8))).prices();
    }
}
