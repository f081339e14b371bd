package io.reprise.server.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PriceSheetTest {
    @Test
    void fullRow_isRead() {
        Price price = read("""
            sources: {page: {text: the price page, checked: 2026-08-21}}
            multipliers: {openai: 0.85}
            prices:
              - model: m
                provider: p
                region: eu
                from: 2026-07-01
                until: 2026-08-01
                input: 1
                cached_input: 0.0028
                cache_write: 1.25
                cache_write_1h: 2
                output: 3
                audio_input: 4
                audio_output: 5
                image_input: 6
                image_output: 7
                web_search_per_1k: 10
                tiers: [{above_input_tokens: 200000, input: 2}]
                services: {batch: 0.5, flex: {input: 0.7}}
                windows: [{days: [mon], hours: 01-04, except: [2026-07-06], multiplier: 2}]
                source: page
                differs: another says 9
            """).prices().getFirst();
        OptionalLong none = OptionalLong.empty();
        assertEquals(
                new Price(
                        "m",
                        "p",
                        "eu",
                        LocalDate.of(2026, 7, 1),
                        LocalDate.of(2026, 8, 1),
                        new Rates(
                                OptionalLong.of(1_000_000),
                                OptionalLong.of(2_800),
                                OptionalLong.of(1_250_000),
                                OptionalLong.of(2_000_000),
                                OptionalLong.of(3_000_000),
                                OptionalLong.of(4_000_000),
                                OptionalLong.of(5_000_000),
                                OptionalLong.of(6_000_000),
                                OptionalLong.of(7_000_000)),
                        List.of(new Price.Tier(200_000, Rates.ofText(2_000_000, none, none, none))),
                        Map.of(
                                "batch",
                                new Rating.Times(new BigDecimal("0.5")),
                                "flex",
                                new Rating.Own(Rates.ofText(700_000, none, none, none))),
                        List.of(new TimeWindow(
                                List.of(DayOfWeek.MONDAY),
                                1,
                                4,
                                List.of(LocalDate.of(2026, 7, 6)),
                                new Rating.Times(BigDecimal.TWO))),
                        // 10 US dollars for a thousand are 10,000 million pico-dollars for one
                        OptionalLong.of(10_000_000_000L),
                        new PriceSource("the price page", LocalDate.of(2026, 8, 21), "another says 9", false)),
                price);
    }

    @Test
    void absentRates_areUnknown() {
        assertEquals(
                Rates.ofText(1_000_000, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()),
                read("prices: [{model: m, input: 1}]").prices().getFirst().rates());
    }

    @Test
    void severalModels_haveARowEach() {
        assertEquals(
                List.of("a", "b"),
                read("prices: [{model: [a, b], input: 1}]").prices().stream()
                        .map(Price::model)
                        .toList());
    }

    @Test
    void machinePaidByTheHour_givesARateForEachToken() {
        Rates rates = read("prices: [{model: m, self_hosted: {usd_per_hour: 3.6, tokens_per_second: 1000}}]")
                .prices()
                .getFirst()
                .rates();
        // 3.6 dollars an hour are 0.001 a second, in which 1,000 tokens are made: a dollar for a million
        assertEquals(Rates.flat(1_000_000), rates);
    }

    @Test
    void everyBundledRow_hasASourceAndItsDate() {
        List<Price> bundled = PriceSheet.bundled();
        assertTrue(bundled.size() > 60, bundled.size() + " rows");
        for (Price price : bundled) {
            assertTrue(!price.source().text().isEmpty(), price.model());
            assertNotNull(price.source().checked(), price.model());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "- m # line 1: the price list must be a map",
                "price: [] # line 1: price is not known here",
                "prices: {m: 1} # line 1: prices must be a list",
                "prices: [m] # line 1: prices must be a map",
                "prices: [{model: m}] # line 1: input is missing",
                "prices: [{input: 1}] # line 1: model is missing",
                "prices: [{model: m, input: 1, cached: 1}] # line 1: cached is not known here",
                "prices: [{model: m, input: 1, input: 2}] # line 1: input is there twice",
                "prices: [{model: m, input: free}] # line 1: input must be a plain decimal number",
                "prices: [{model: m, input: -1}] # line 1: input must be a plain decimal number",
                "prices: [{model: m, input: 1e-3}] # line 1: input must be a plain decimal number",
                "prices: [{model: m, input: 2500000}] # line 1: input must be a plain decimal number from 0 to 10000",
                "prices: [{model: m, input: 0.0000001}] # line 1: input must have at most 6 decimals",
                "prices: [{model: m, input: 1, output: }] # line 1: output must be one word",
                "prices: [{model: m, input: [1]}] # line 1: input must be one word",
                "prices: [{model: '', input: 1}] # line 1: model must be one word",
                "prices: [{model: m, input: 1, from: today}] # line 1: from must be a day",
                "prices: [{model: m, input: 1, from: 2026-07-02, until: 2026-07-02}] # line 1: the price of m ends on",
                "prices: [{model: m, input: 1, tiers: [{above_input_tokens: -5, input: 1}]}] # line 1:"
                        + " above_input_tokens must",
                "prices: [{model: m, input: 1, tiers: [{above_input_tokens: 1.5, input: 1}]}] # line 1:"
                        + " above_input_tokens must",
                "prices: [{model: m, input: 1, tiers: [{above_input_tokens: 0, input: 1}]}] # line 1: a tier begins"
                        + " above",
                "prices: [{model: m, input: 1, tiers: [{above_input_tokens: 5}]}] # line 1: input is missing",
                "prices: [{model: m, input: 1, services: {batch: 101}}] # line 1: batch must be a plain decimal",
                "prices: [{model: m, input: 1, windows: [{days: [mon], hours: 22-02, multiplier: 2}]}] # line 1: a"
                        + " window needs",
                "prices: [{model: m, input: 1, windows: [{days: [mon], hours: 1, multiplier: 2}]}] # line 1: hours"
                        + " must be",
                "prices: [{model: m, input: 1, windows: [{days: [day], hours: 1-2, multiplier: 2}]}] # line 1: days"
                        + " must be",
                "prices: [{model: m, input: 1, windows: [{days: [mon], hours: 1-2}]}] # line 1: windows must have a"
                        + " multiplier",
                "prices: [{model: m, input: 1, self_hosted: {usd_per_hour: 1, tokens_per_second: 1}}] # line 1: input"
                        + " cannot",
                "prices: [{model: m, self_hosted: {usd_per_hour: 1, tokens_per_second: 0}}] # line 1:"
                        + " tokens_per_second must",
                "prices: [{model: m, self_hosted: {usd_per_hour: 1}}] # line 1: tokens_per_second is missing",
                "multipliers: {openai: -1} # line 1: openai must be a plain decimal",
                "sources: {s: {text: t}} # line 1: checked is missing",
                "prices: [ # the price list is not valid YAML"
            })
    void mistake_isToldWithItsLineAndKey(String yaml, String told) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> read(yaml)).getMessage());
        assertTrue(message.startsWith(told), message);
    }

    @Test
    void mistakeFurtherDown_isToldWithItsLine() {
        String yaml = "prices:\n  - model: m\n    input: 1\n    output: dear\n";
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> read(yaml)).getMessage());
        assertTrue(message.startsWith("line 4: output must be"), message);
    }

    private static PriceSheet read(String yaml) {
        return PriceSheet.read(new ByteArrayInputStream(yaml.getBytes(UTF_8)));
    }
}
