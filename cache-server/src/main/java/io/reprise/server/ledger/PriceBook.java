package io.reprise.server.ledger;

import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * List prices by model name, day and prompt length.
 *
 * <p>A model is looked up by its exact name, else by its name without the provider's snapshot suffix ({@code -2024-08-06}, {@code
 * -20250929}, {@code -latest}). Nothing is matched more loosely: a wrong price is worse than none, so an unknown model has an
 * unknown price. Under one name an operator's row goes before a bundled one, then the latest {@code validFrom} in force, then the
 * highest {@code aboveInputTokens} that the prompt passes. A price change is one more row; so is a long-prompt tier. A row
 * with a later {@code validFrom} replaces all earlier rows of its name, tiers among them, and so does an operator's row.
 *
 * <p>Immutable and thread-safe.
 */
public final class PriceBook {
    private static final Pattern SNAPSHOT_SUFFIX = Pattern.compile("-(?:\\d{4}-\\d{2}-\\d{2}|\\d{8}|latest)$");

    /** The generations of rows of a name, the one that wins first. */
    private final Map<String, List<Generation>> generationsByModel;

    /**
     * A book of these rows alone.
     *
     * @param listPrices rows in any order
     * @param overrides the operator's rows, in any order; they win over the list's rows of the same name
     * @throws IllegalArgumentException when a list has two rows of the same name, day and prompt length
     */
    public PriceBook(List<Price> listPrices, List<Price> overrides) {
        Map<String, List<Generation>> byModel = new HashMap<>();
        generations(overrides).forEach((model, rows) -> byModel.put(model, new ArrayList<>(rows)));
        generations(listPrices).forEach((model, rows) -> byModel.computeIfAbsent(model, _ -> new ArrayList<>())
                .addAll(rows));
        byModel.replaceAll((_, rows) -> List.copyOf(rows));
        this.generationsByModel = Map.copyOf(byModel);
    }

    /** The list prices that come with the program, under the operator's. */
    public static PriceBook bundled(List<Price> overrides) {
        return new PriceBook(PriceSheet.bundled(), overrides);
    }

    /** The row that prices a call of a model with a prompt of that length at that time; empty when there is none. */
    public Optional<Price> priceInForce(String model, long inputTokens, Instant at) {
        List<Generation> generations = generationsByModel.get(model);
        if (generations == null) {
            Matcher suffix = SNAPSHOT_SUFFIX.matcher(model);
            generations = suffix.find() ? generationsByModel.get(model.substring(0, suffix.start())) : null;
        }
        if (generations == null) {
            return Optional.empty();
        }
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        for (Generation generation : generations) {
            if (!generation.validFrom().isAfter(day)) {
                return generation.priceOf(inputTokens);
            }
        }
        return Optional.empty();
    }

    /**
     * What a call cost at the price in force, in pico-dollars.
     *
     * @param model null when the call named none, which has no price
     * @return empty when the cost is unknown: no price for the model at that time, none for a kind of token that the call used, or
     *     token counts so large that the amount is out of range
     */
    public OptionalLong cost(@Nullable String model, Usage usage, Instant at) {
        if (model == null) {
            return OptionalLong.empty();
        }
        Optional<Price> price = priceInForce(model, usage.inputTokens(), at);
        return price.isPresent() ? price.get().costPicoDollars(usage) : OptionalLong.empty();
    }

    /** The rows of one list by name, latest first. */
    private static Map<String, List<Generation>> generations(List<Price> rows) {
        Set<List<Object>> seen = new HashSet<>();
        Map<String, Map<LocalDate, List<Price>>> byModelAndDay = new HashMap<>();
        for (Price row : rows) {
            LocalDate validFrom = row.validFrom() == null ? LocalDate.MIN : row.validFrom();
            if (!seen.add(List.of(row.model(), validFrom, row.aboveInputTokens()))) {
                throw new IllegalArgumentException("two prices of " + row.model() + " from "
                        + (row.validFrom() == null ? "ever" : row.validFrom()) + " on for prompts above "
                        + row.aboveInputTokens() + " tokens");
            }
            byModelAndDay
                    .computeIfAbsent(row.model(), _ -> new HashMap<>())
                    .computeIfAbsent(validFrom, _ -> new ArrayList<>())
                    .add(row);
        }
        Map<String, List<Generation>> generations = new HashMap<>();
        byModelAndDay.forEach((model, byDay) -> generations.put(
                model,
                byDay.entrySet().stream()
                        .map(entry -> new Generation(entry.getKey(), entry.getValue()))
                        .sorted(Comparator.comparing(Generation::validFrom).reversed())
                        .toList()));
        return generations;
    }

    /** The rows of one name that came into force on one day: one for each tier of prompt length, the highest first. */
    private record Generation(LocalDate validFrom, List<Price> tiers) {
        private Generation {
            tiers = tiers.stream()
                    .sorted(Comparator.comparingLong(Price::aboveInputTokens).reversed())
                    .toList();
        }

        Optional<Price> priceOf(long inputTokens) {
            return tiers.stream()
                    .filter(tier -> tier.aboveInputTokens() == 0 || inputTokens > tier.aboveInputTokens())
                    .findFirst();
        }
    }
}
