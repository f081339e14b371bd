package io.reprise.server.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * A price list as YAML: {@code sources}, {@code multipliers} and {@code prices}, each of whose rows is one {@link Price} for each of its
 * models. docs/prices.md describes it.
 *
 * <p>Read under YAML's failsafe schema, in which every scalar is a string: no price passes through a floating-point number.
 *
 * @param prices in the order of the list
 * @param multipliers what an operator pays of list prices, by upstream
 */
public record PriceSheet(List<Price> prices, Map<String, BigDecimal> multipliers) {
    private static final String BUNDLED = "prices.yaml";

    /** No provider asks for a hundredth of it; more is a price per million tokens that was meant for another unit. */
    private static final long MAX_USD_PER_MILLION = 10_000;

    private static final long MAX_USD_PER_THOUSAND_SEARCHES = 10_000;
    private static final long MAX_USD_PER_HOUR = 100_000;
    private static final long MAX_TOKENS_PER_SECOND = 100_000_000;
    private static final int DECIMALS_OF_A_RATE = 6;

    private static final Set<String> TOP = Set.of("sources", "multipliers", "prices");
    private static final Set<String> RATES = Set.of(
            "input",
            "cached_input",
            "cache_write",
            "cache_write_1h",
            "output",
            "audio_input",
            "audio_output",
            "image_input",
            "image_output");
    private static final Set<String> ROW = union(
            RATES,
            "model",
            "provider",
            "region",
            "from",
            "until",
            "tiers",
            "services",
            "windows",
            "web_search_per_1k",
            "self_hosted",
            "source",
            "checked",
            "differs",
            "recheck");
    private static final Set<String> TIER = union(RATES, "above_input_tokens");
    private static final Set<String> WINDOW = union(RATES, "days", "hours", "except", "multiplier");
    private static final Pattern HOURS = Pattern.compile("(\\d{1,2})-(\\d{1,2})");

    public PriceSheet {
        prices = List.copyOf(prices);
        multipliers = Map.copyOf(multipliers);
    }

    /** The rows of the list that comes with the program. */
    static List<Price> bundled() {
        try (InputStream in = PriceSheet.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new IllegalStateException(BUNDLED + " is missing from the program");
            }
            return read(in).prices();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException when it has an unknown key or a value that cannot be; the message names line and key
     */
    public static PriceSheet read(InputStream yaml) {
        Map<String, SheetNode> top = load(yaml).fields(TOP);
        Map<String, PriceSource> sources = sources(top.get("sources"));
        List<Price> prices = new ArrayList<>();
        if (top.containsKey("prices")) {
            for (SheetNode row : top.get("prices").list()) {
                prices.addAll(rows(row, sources));
            }
        }
        Map<String, BigDecimal> multipliers = new HashMap<>();
        if (top.containsKey("multipliers")) {
            top.get("multipliers").fields().forEach((upstream, times) -> multipliers.put(upstream, multiplier(times)));
        }
        return new PriceSheet(prices, multipliers);
    }

    private static SheetNode load(InputStream yaml) {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new FailsafeSchema()).build();
        try {
            return new Compose(settings)
                    .composeInputStream(yaml)
                    .map(node -> new SheetNode("", node))
                    .orElseThrow(() -> new IllegalArgumentException("the price list is empty"));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("the price list is not valid YAML: " + e.getMessage(), e);
        }
    }

    private static Map<String, PriceSource> sources(@Nullable SheetNode node) {
        Map<String, PriceSource> sources = new HashMap<>();
        if (node != null) {
            node.fields().forEach((name, source) -> {
                Map<String, SheetNode> fields = source.fields(Set.of("text", "checked", "recheck"));
                sources.put(
                        name,
                        new PriceSource(
                                required(source, fields, "text").text(),
                                required(source, fields, "checked").date(),
                                null,
                                fields.containsKey("recheck") && flag(fields.get("recheck"))));
            });
        }
        return sources;
    }

    private static List<Price> rows(SheetNode row, Map<String, PriceSource> sources) {
        Map<String, SheetNode> fields = row.fields(ROW);
        SheetNode model = required(row, fields, "model");
        try {
            List<Price> prices = new ArrayList<>();
            for (SheetNode name : model.isList() ? model.list() : List.of(model)) {
                prices.add(new Price(
                        name.text(),
                        SheetNode.textOf(fields.get("provider")),
                        SheetNode.textOf(fields.get("region")),
                        SheetNode.dateOf(fields.get("from")),
                        SheetNode.dateOf(fields.get("until")),
                        ratesOfRow(row, fields),
                        fields.containsKey("tiers") ? tiers(fields.get("tiers")) : List.of(),
                        fields.containsKey("services") ? services(fields.get("services")) : Map.of(),
                        fields.containsKey("windows") ? windows(fields.get("windows")) : List.of(),
                        webSearch(fields.get("web_search_per_1k")),
                        source(fields, sources)));
            }
            return prices;
        } catch (IllegalArgumentException e) {
            throw String.valueOf(e.getMessage()).startsWith("line ") ? e : row.at(e);
        }
    }

    private static Rates ratesOfRow(SheetNode row, Map<String, SheetNode> fields) {
        SheetNode machine = fields.get("self_hosted");
        if (machine == null) {
            required(row, fields, "input");
            return rates(fields);
        }
        for (String rate : RATES) {
            if (fields.containsKey(rate)) {
                throw fields.get(rate).problem("cannot stand beside self_hosted, which gives the rate");
            }
        }
        return selfHosted(machine);
    }

    /** A machine is paid by the hour whatever it does: a token costs its share of what the machine makes in an hour. */
    private static Rates selfHosted(SheetNode machine) {
        Map<String, SheetNode> fields = machine.fields(Set.of("usd_per_hour", "tokens_per_second"));
        BigDecimal usd = required(machine, fields, "usd_per_hour").number(MAX_USD_PER_HOUR);
        SheetNode speed = required(machine, fields, "tokens_per_second");
        BigDecimal tokens = speed.number(MAX_TOKENS_PER_SECOND).multiply(BigDecimal.valueOf(3600));
        if (tokens.signum() == 0) {
            throw speed.problem("must be more than 0");
        }
        BigDecimal rate = usd.movePointRight(12).divide(tokens, 0, RoundingMode.HALF_UP);
        if (rate.compareTo(BigDecimal.valueOf(MAX_USD_PER_MILLION).movePointRight(DECIMALS_OF_A_RATE)) > 0) {
            throw machine.problem("gives more than " + MAX_USD_PER_MILLION + " US dollars per million tokens");
        }
        return Rates.flat(rate.longValueExact());
    }

    private static Rates rates(Map<String, SheetNode> fields) {
        return new Rates(
                rate(fields.get("input")),
                rate(fields.get("cached_input")),
                rate(fields.get("cache_write")),
                rate(fields.get("cache_write_1h")),
                rate(fields.get("output")),
                rate(fields.get("audio_input")),
                rate(fields.get("audio_output")),
                rate(fields.get("image_input")),
                rate(fields.get("image_output")));
    }

    private static OptionalLong rate(@Nullable SheetNode usdPerMillion) {
        if (usdPerMillion == null) {
            return OptionalLong.empty();
        }
        BigDecimal usd = usdPerMillion.number(MAX_USD_PER_MILLION).stripTrailingZeros();
        if (usd.scale() > DECIMALS_OF_A_RATE) {
            throw usdPerMillion.problem("must have at most " + DECIMALS_OF_A_RATE + " decimals");
        }
        return OptionalLong.of(usd.movePointRight(DECIMALS_OF_A_RATE).longValueExact());
    }

    private static List<Price.Tier> tiers(SheetNode node) {
        List<Price.Tier> tiers = new ArrayList<>();
        for (SheetNode tier : node.list()) {
            Map<String, SheetNode> fields = tier.fields(TIER);
            SheetNode above = required(tier, fields, "above_input_tokens");
            required(tier, fields, "input");
            tiers.add(new Price.Tier(whole(above, 1_000_000_000), rates(fields)));
        }
        return tiers;
    }

    private static Map<String, Rating> services(SheetNode node) {
        Map<String, Rating> services = new HashMap<>();
        node.fields()
                .forEach((name, service) -> services.put(
                        name,
                        service.isMap()
                                ? new Rating.Own(rates(service.fields(RATES)))
                                : new Rating.Times(multiplier(service))));
        return services;
    }

    private static List<TimeWindow> windows(SheetNode node) {
        List<TimeWindow> windows = new ArrayList<>();
        for (SheetNode window : node.list()) {
            Map<String, SheetNode> fields = window.fields(WINDOW);
            SheetNode hours = required(window, fields, "hours");
            Matcher fromUntil = HOURS.matcher(hours.text());
            if (!fromUntil.matches()) {
                throw hours.problem("must be two hours in UTC such as 01-04, and is " + hours.text());
            }
            List<DayOfWeek> days = new ArrayList<>();
            for (SheetNode day : required(window, fields, "days").list()) {
                days.add(day(day));
            }
            List<LocalDate> except = fields.containsKey("except")
                    ? fields.get("except").list().stream().map(SheetNode::date).toList()
                    : List.of();
            SheetNode times = fields.get("multiplier");
            if ((times == null) != fields.containsKey("input")) {
                throw window.problem("must have a multiplier, or else rates with input");
            }
            Rating rating = times == null ? new Rating.Own(rates(fields)) : new Rating.Times(multiplier(times));
            try {
                windows.add(new TimeWindow(
                        days,
                        Integer.parseInt(fromUntil.group(1)),
                        Integer.parseInt(fromUntil.group(2)),
                        except,
                        rating));
            } catch (IllegalArgumentException e) {
                throw hours.at(e);
            }
        }
        return windows;
    }

    private static DayOfWeek day(SheetNode node) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().substring(0, 3).equalsIgnoreCase(node.text())) {
                return day;
            }
        }
        throw node.problem("must be mon, tue, wed, thu, fri, sat or sun, and is " + node.text());
    }

    private static OptionalLong webSearch(@Nullable SheetNode usdPerThousand) {
        if (usdPerThousand == null) {
            return OptionalLong.empty();
        }
        BigDecimal picoDollars =
                usdPerThousand.number(MAX_USD_PER_THOUSAND_SEARCHES).movePointRight(9);
        if (picoDollars.stripTrailingZeros().scale() > 0) {
            throw usdPerThousand.problem("must have at most 9 decimals");
        }
        return OptionalLong.of(picoDollars.longValueExact());
    }

    private static PriceSource source(Map<String, SheetNode> fields, Map<String, PriceSource> sources) {
        String named = SheetNode.textOf(fields.get("source"));
        PriceSource base = named == null
                ? PriceSource.UNSTATED
                : sources.getOrDefault(named, new PriceSource(named, null, null, false));
        LocalDate checked = SheetNode.dateOf(fields.get("checked"));
        return new PriceSource(
                base.text(),
                checked == null ? base.checked() : checked,
                SheetNode.textOf(fields.get("differs")),
                fields.containsKey("recheck") ? flag(fields.get("recheck")) : base.recheck());
    }

    private static BigDecimal multiplier(SheetNode node) {
        return Rating.multiplier(node.number(100));
    }

    private static boolean flag(SheetNode node) {
        return switch (node.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw node.problem("must be true or false");
        };
    }

    private static long whole(SheetNode node, long most) {
        BigDecimal number = node.number(most).stripTrailingZeros();
        if (number.scale() > 0) {
            throw node.problem("must be a whole number");
        }
        return number.longValueExact();
    }

    private static SheetNode required(SheetNode of, Map<String, SheetNode> fields, String key) {
        SheetNode value = fields.get(key);
        if (value == null) {
            throw new SheetNode(key, of.node()).problem("is missing");
        }
        return value;
    }

    private static Set<String> union(Set<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }
}
