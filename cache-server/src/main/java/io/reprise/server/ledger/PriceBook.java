package io.reprise.server.ledger;

import io.reprise.server.protocol.Glob;
import io.reprise.server.protocol.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * List prices by model name and time, under an operator's own.
 *
 * <p>A model is looked up by its exact name, else by rows with a {@code *} (the one with the most other characters), else by its name
 * without the provider's snapshot suffix ({@code -2024-08-06}, {@code -20250929}, {@code -latest}). Nothing is matched more loosely: a wrong
 * price is worse than none, so an unknown model has an unknown price. At each of these an operator's row goes before a bundled one, and
 * an operator's {@code *} before a bundled exact name; an operator's row that does not hold that day leaves the bundled one in force.
 *
 * <p>Of the rows of one name, provider and region the latest that has begun holds. A price change is one more row.
 *
 * <p>Immutable and thread-safe.
 */
public final class PriceBook {
    private static final Pattern SNAPSHOT_SUFFIX = Pattern.compile("-(?:\\d{4}-\\d{2}-\\d{2}|\\d{8}|latest)$");
    private static final int VERSION_CHARS = 12;

    private final Rows listed;
    private final Rows own;
    private final Negotiated negotiated;
    private final String version;

    /** A book of these rows at their own prices. */
    public PriceBook(List<Price> listPrices, List<Price> overrides) {
        this(listPrices, overrides, Negotiated.NOTHING);
    }

    /**
     * A book of these rows alone.
     *
     * @param listPrices rows in any order
     * @param overrides the operator's rows, in any order; they win over the list's rows of the same name
     * @param negotiated what the operator pays of the list prices; own prices are what is paid
     * @throws IllegalArgumentException when two rows of a list with one name, provider and region hold on one day
     */
    public PriceBook(List<Price> listPrices, List<Price> overrides, Negotiated negotiated) {
        this.listed = new Rows(listPrices);
        this.own = new Rows(overrides);
        this.negotiated = negotiated;
        this.version = version(listPrices, overrides, negotiated.multipliers());
    }

    /** The list prices that come with the program, under the operator's. */
    public static PriceBook bundled(List<Price> overrides) {
        return new PriceBook(PriceSheet.bundled(), overrides);
    }

    /** The same, where the operator pays something else than the list prices. */
    public static PriceBook bundled(List<Price> overrides, Negotiated negotiated) {
        return new PriceBook(PriceSheet.bundled(), overrides, negotiated);
    }

    /** The rows whose source was read before that day and that have not ended today. */
    public List<Price> checkedBefore(LocalDate day, LocalDate today) {
        return Stream.concat(listed.all().stream(), own.all().stream())
                .filter(row -> row.until() == null || row.until().isAfter(today))
                .filter(row -> {
                    LocalDate checked = row.source().checked();
                    return checked != null && checked.isBefore(day);
                })
                .toList();
    }

    /** A short hash of the table in force: equal tables have equal versions. */
    public String version() {
        return version;
    }

    /** The row that prices a call of a model at that time, without regard of provider; empty when there is none. */
    public Optional<Price> priceInForce(String model, Instant at) {
        return Optional.ofNullable(find(model, null, null, at)).map(Found::price);
    }

    /**
     * What a call cost at the price in force, in pico-dollars.
     *
     * @param model null when the call named none, which has no price
     * @return empty when the cost is unknown: no price for the model at that time, none for a kind of token that the call used, or
     *     token counts so large that the amount is out of range
     */
    public OptionalLong cost(@Nullable String model, Usage usage, Instant at) {
        return cost(model, null, null, usage, at).picoDollars();
    }

    /**
     * What a call cost at the price in force, or why that is unknown.
     *
     * @param model null when the call named none, which has no price
     * @param provider who answered it, or null when any that sells the model may have; then rows of several providers give no price
     * @param region where, or null for the price without a region
     */
    public Cost cost(
            @Nullable String model, @Nullable String provider, @Nullable String region, Usage usage, Instant at) {
        Found found = model == null ? null : find(model, provider, region, at);
        if (model == null || found == null) {
            return new Cost.NoPrice();
        }
        BigDecimal share = found.own() ? BigDecimal.ONE : negotiated.multiplier(model, found.price());
        return found.price().cost(BilledUsage.of(usage), at, share);
    }

    /**
     * What many calls cost together, whose prompts are about equally long: a price's tier is that of the mean prompt.
     *
     * @param total what they used
     * @param calls how many they are, at least 1
     */
    public Cost costOfMany(String model, @Nullable String provider, Usage total, long calls, Instant at) {
        Found found = find(model, provider, null, at);
        if (found == null) {
            return new Cost.NoPrice();
        }
        BigDecimal share = found.own() ? BigDecimal.ONE : negotiated.multiplier(model, found.price());
        return found.price().cost(BilledUsage.of(total).ofCalls(calls), at, share);
    }

    private @Nullable Found find(String model, @Nullable String provider, @Nullable String region, Instant at) {
        Query query = new Query(provider, region, LocalDate.ofInstant(at, ZoneOffset.UTC));
        Matcher suffix = SNAPSHOT_SUFFIX.matcher(model);
        String family = suffix.find() ? model.substring(0, suffix.start()) : "";
        Price mine = first(query, own.named(model), own.globbed(model));
        if (mine != null) {
            return new Found(mine, true);
        }
        List<Price> exact = listed.named(model);
        if (!exact.isEmpty()) {
            return found(query.choose(exact), false);
        }
        mine = query.choose(own.named(family));
        if (mine != null) {
            return new Found(mine, true);
        }
        List<Price> globbed = listed.globbed(model);
        return found(query.choose(globbed.isEmpty() ? listed.named(family) : globbed), false);
    }

    private static @Nullable Price first(Query query, List<Price> exact, List<Price> globbed) {
        Price price = query.choose(exact);
        return price != null ? price : query.choose(globbed);
    }

    private static @Nullable Found found(@Nullable Price price, boolean own) {
        return price == null ? null : new Found(price, own);
    }

    private static String version(List<Price> listed, List<Price> own, Map<String, BigDecimal> multipliers) {
        String text = Stream.of(
                        listed.stream()
                                .map(price -> "list|" + price.canonical())
                                .sorted(),
                        own.stream().map(price -> "own|" + price.canonical()).sorted(),
                        multipliers.entrySet().stream().map(Object::toString).sorted())
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, VERSION_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private record Found(Price price, boolean own) {}

    private record Query(
            @Nullable String provider, @Nullable String region, LocalDate day) {
        /** The row in force; null when there is none, or it depends on a provider that is not known. */
        @Nullable Price choose(List<Price> rows) {
            List<Price> inForce = rows.stream()
                    .filter(row -> row.holdsOn(day) && isOfProvider(row))
                    .toList();
            List<Price> ofRegion = region == null
                    ? List.of()
                    : inForce.stream()
                            .filter(row -> region.equals(row.region()))
                            .toList();
            List<Price> chosen = ofRegion.isEmpty()
                    ? inForce.stream().filter(row -> row.region() == null).toList()
                    : ofRegion;
            if (chosen.stream().map(Price::provider).distinct().count() > 1) {
                return null;
            }
            return chosen.stream().max(Comparator.comparing(Price::firstDay)).orElse(null);
        }

        private boolean isOfProvider(Price row) {
            return provider == null || row.provider() == null || provider.equals(row.provider());
        }
    }

    /** The rows of one list. */
    private static final class Rows {
        private final List<Price> all;
        private final Map<String, List<Price>> byName;
        private final List<GlobRows> globs;

        Rows(List<Price> rows) {
            this.all = List.copyOf(rows);
            Map<String, List<Price>> grouped = new HashMap<>();
            for (Price row : rows) {
                grouped.computeIfAbsent(row.model(), _ -> new ArrayList<>()).add(row);
            }
            grouped.values().forEach(Rows::requireNoOverlap);
            this.globs = grouped.entrySet().stream()
                    .filter(entry -> entry.getKey().contains("*"))
                    .map(entry -> new GlobRows(Glob.all(List.of(entry.getKey())).getFirst(), entry.getValue()))
                    .sorted(Comparator.comparingInt(GlobRows::literalChars)
                            .reversed()
                            .thenComparing(glob -> glob.glob().text()))
                    .toList();
            this.byName = Map.copyOf(grouped);
        }

        List<Price> all() {
            return all;
        }

        List<Price> named(String model) {
            return model.contains("*") ? List.of() : byName.getOrDefault(model, List.of());
        }

        List<Price> globbed(String model) {
            for (GlobRows each : globs) {
                if (each.glob().matches(model)) {
                    return each.rows();
                }
            }
            return List.of();
        }

        private static void requireNoOverlap(List<Price> rows) {
            for (int i = 0; i < rows.size(); i++) {
                for (Price other : rows.subList(i + 1, rows.size())) {
                    Price row = rows.get(i);
                    if (Objects.equals(row.provider(), other.provider())
                            && Objects.equals(row.region(), other.region())) {
                        requireNoOverlap(row, other);
                    }
                }
            }
        }

        /**
         * The later of two rows goes before one without an end, which holds again when the later ends; one with an end says that it
         * holds until then.
         */
        private static void requireNoOverlap(Price a, Price b) {
            boolean inOrder = !a.firstDay().isAfter(b.firstDay());
            Price earlier = inOrder ? a : b;
            Price later = inOrder ? b : a;
            LocalDate end = earlier.until();
            if (earlier.firstDay().equals(later.firstDay()) || (end != null && end.isAfter(later.firstDay()))) {
                throw new IllegalArgumentException(
                        "two prices of " + a.model() + " hold from " + (later.from() == null ? "ever" : later.from())
                                + " on: end one with until, or let the other begin later");
            }
        }
    }

    private record GlobRows(Glob glob, List<Price> rows) {
        GlobRows {
            rows = List.copyOf(rows);
        }

        int literalChars() {
            return glob.text().replace("*", "").length();
        }
    }
}
