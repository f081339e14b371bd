package io.reprise.server.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One row of a price list: what a model costs while the row holds.
 *
 * @param model the provider's public name of the model, as calls give it; {@code *} stands for any characters
 * @param provider who sells it, or null when only one does
 * @param region where it runs, or null for the list price without a region
 * @param from the first UTC day on which the row holds, or null when it holds since ever
 * @param until the first UTC day on which it no longer holds, or null when no end is known
 * @param rates for prompts that no tier is for
 * @param tiers rates for longer prompts; providers charge them for all tokens of such a call
 * @param services by the name of a service tier, how it changes the rates; a tier that is not here has an unknown price
 * @param windows hours with other rates
 * @param webSearch pico-dollars for one search that the provider makes
 * @param source where the figures come from
 */
public record Price(
        String model,
        @Nullable String provider,
        @Nullable String region,
        @Nullable LocalDate from,
        @Nullable LocalDate until,
        Rates rates,
        List<Tier> tiers,
        Map<String, Rating> services,
        List<TimeWindow> windows,
        OptionalLong webSearch,
        PriceSource source) {

    /** Rates for prompts of more input tokens than this. */
    public record Tier(long aboveInputTokens, Rates rates) {
        public Tier {
            if (aboveInputTokens < 1) {
                throw new IllegalArgumentException("a tier begins above 1 token or more: " + aboveInputTokens);
            }
        }
    }

    public Price {
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model must not be empty");
        }
        if (from != null && until != null && !from.isBefore(until)) {
            throw new IllegalArgumentException("the price of " + model + " ends on " + until + ", not after " + from);
        }
        if (webSearch.orElse(0) < 0) {
            throw new IllegalArgumentException("web_search of " + model + " must not be negative");
        }
        tiers = tiers.stream()
                .sorted(Comparator.comparingLong(Tier::aboveInputTokens).reversed())
                .toList();
        Set<Long> thresholds = new HashSet<>();
        for (Tier tier : tiers) {
            if (!thresholds.add(tier.aboveInputTokens())) {
                throw new IllegalArgumentException(
                        "two tiers of " + model + " for prompts above " + tier.aboveInputTokens() + " tokens");
            }
        }
        windows = List.copyOf(windows);
        for (int i = 0; i < windows.size(); i++) {
            for (TimeWindow other : windows.subList(i + 1, windows.size())) {
                if (windows.get(i).overlaps(other)) {
                    throw new IllegalArgumentException("two windows of " + model + " hold at the same hour");
                }
            }
        }
        services = Map.copyOf(services);
    }

    /**
     * A row from decimal prices in USD per million tokens, null where unknown.
     *
     * @throws IllegalArgumentException when a price is not a plain decimal number of at most six digits after the point
     */
    public static Price ofUsdPerMillionTokens(
            String model,
            @Nullable LocalDate from,
            String input,
            @Nullable String cachedInput,
            @Nullable String cacheWrite,
            @Nullable String output) {
        Rates rates = Rates.ofText(
                PicoDollars.parseUsdPerMillionTokens(input),
                optional(cachedInput),
                optional(cacheWrite),
                optional(output));
        return new Price(
                model,
                null,
                null,
                from,
                null,
                rates,
                List.of(),
                Map.of(),
                List.of(),
                OptionalLong.empty(),
                PriceSource.UNSTATED);
    }

    boolean holdsOn(LocalDate day) {
        return (from == null || !day.isBefore(from)) && (until == null || day.isBefore(until));
    }

    /** Its first day, with the first of all days for none. */
    LocalDate firstDay() {
        return from == null ? LocalDate.MIN : from;
    }

    /** What a call costs at that time, times what was negotiated. */
    Cost cost(BilledUsage used, Instant at, BigDecimal negotiated) {
        List<BigDecimal> ofTokens = new ArrayList<>(2);
        Rates base = ratesFor(used.promptTokens());
        Rates applied = base;
        if (!used.serviceTier().isEmpty()) {
            switch (services.get(used.serviceTier())) {
                case null -> {
                    return new Cost.NoRate(used.serviceTier());
                }
                case Rating.Times(BigDecimal times) -> ofTokens.add(times);
                case Rating.Own(Rates own) -> {
                    if (!base.equals(rates)) {
                        // What both together cost is not in the table.
                        return new Cost.NoRate(used.serviceTier() + " of long prompts");
                    }
                    applied = own;
                }
            }
        }
        LocalDateTime utc = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
        for (TimeWindow window : windows) {
            if (window.holds(utc)) {
                switch (window.rating()) {
                    case Rating.Times(BigDecimal times) -> ofTokens.add(times);
                    case Rating.Own(Rates own) -> {
                        if (!applied.equals(rates)) {
                            return new Cost.NoRate("this time of day with another tier");
                        }
                        applied = own;
                    }
                }
            }
        }
        return cost(applied, used, ofTokens, negotiated);
    }

    private Cost cost(Rates applied, BilledUsage used, List<BigDecimal> ofTokens, BigDecimal negotiated) {
        if (used.webSearches() > 0 && webSearch.isEmpty()) {
            return new Cost.NoRate("web_search");
        }
        try {
            Cost tokens = applied.of(used);
            if (!(tokens instanceof Cost.Known(long listed))) {
                return tokens;
            }
            long searches = Math.multiplyExact(used.webSearches(), webSearch.orElse(0));
            if (ofTokens.isEmpty() && negotiated.compareTo(BigDecimal.ONE) == 0) {
                return new Cost.Known(Math.addExact(listed, searches));
            }
            BigDecimal exact = BigDecimal.valueOf(listed);
            for (BigDecimal times : ofTokens) {
                exact = exact.multiply(times);
            }
            // Rounded once, to the nearest pico-dollar: less than a millionth of the cheapest token.
            return new Cost.Known(exact.add(BigDecimal.valueOf(searches))
                    .multiply(negotiated)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact());
        } catch (ArithmeticException tooMuch) {
            return new Cost.OutOfRange();
        }
    }

    private Rates ratesFor(long promptTokens) {
        for (Tier tier : tiers) {
            if (promptTokens > tier.aboveInputTokens()) {
                return tier.rates();
            }
        }
        return rates;
    }

    /** All that a cost depends on, in one order: equal rows give equal text. */
    String canonical() {
        return String.join(
                "|",
                model,
                String.valueOf(provider),
                String.valueOf(region),
                String.valueOf(from),
                String.valueOf(until),
                rates.toString(),
                tiers.toString(),
                new TreeMap<>(services).toString(),
                windows.toString(),
                webSearch.toString());
    }

    private static OptionalLong optional(@Nullable String usdPerMillionTokens) {
        return usdPerMillionTokens == null
                ? OptionalLong.empty()
                : OptionalLong.of(PicoDollars.parseUsdPerMillionTokens(usdPerMillionTokens));
    }
}
