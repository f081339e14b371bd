package io.reprise.server.config;

import io.reprise.server.config.AccessConfig.UnknownPrice;
import io.reprise.server.config.ValueType.Showing;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values that settings of keys and budgets alone have. */
final class AccessValueTypes {
    private static final Pattern KEY = Pattern.compile("rk-[A-Za-z0-9_-]{32,256}");
    private static final Pattern NAME = Pattern.compile("(?! )[^\\p{C}\\p{Zl}\\p{Zp}]{1,128}(?<! )");
    private static final Pattern WORD = Pattern.compile("(?! )[^,\\p{C}\\p{Zl}\\p{Zp}]{1,128}(?<! )");
    private static final Pattern PATTERN = Pattern.compile("[^,\\s\\p{C}]{1,256}");
    private static final Pattern INSTEAD = Pattern.compile("reject|model:[^\\s\\p{C}]{1,256}");
    private static final Pattern INSTEAD_OR_CLAMP = Pattern.compile("clamp|" + INSTEAD);
    private static final Pattern USD = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,12})?");
    private static final Pattern ASSUMED = Pattern.compile("assume ([0-9]{1,4}(?:\\.[0-9]{1,6})?)");
    private static final int PICO_DOLLARS_PER_MILLIONTH = 6;

    private AccessValueTypes() {}

    /** A setting's list of budgets. */
    record Budgets(List<AccessConfig.Budget> all) {
        Budgets {
            all = List.copyOf(all);
        }
    }

    static ValueType<Secret> virtualKey() {
        return ValueTypes.secretMatching(
                KEY, "`rk-` and 32 to 256 letters, digits, hyphens or underscores; take random ones");
    }

    static ValueType<Secret> virtualKeyFile() {
        return ValueTypes.inFile(virtualKey(), "a readable file that holds the key and nothing else");
    }

    static ValueType<String> name() {
        return ValueTypes.matching(NAME, "a name of at most 128 characters", Showing.ALL);
    }

    static ValueType<Words> names() {
        return UpstreamValueTypes.words(WORD, "names of at most 128 characters");
    }

    static ValueType<Words> patterns() {
        return UpstreamValueTypes.words(PATTERN, "names, where `*` stands for any characters");
    }

    static ValueType<String> instead() {
        return ValueTypes.matching(INSTEAD, "reject or model:NAME", Showing.ALL);
    }

    static ValueType<String> insteadOrClamp() {
        return ValueTypes.matching(INSTEAD_OR_CLAMP, "reject, clamp or model:NAME", Showing.ALL);
    }

    static ValueType<BigDecimal> usd() {
        String allowed = "US dollars, at most 12 decimals, below 10000000";
        return new ValueType<>(BigDecimal.class, allowed, Showing.ALL, (text, surroundings) -> {
            if (!USD.matcher(text).matches()) {
                throw new InvalidValueException("not an amount");
            }
            return new BigDecimal(text);
        });
    }

    static ValueType<Instant> instant() {
        String allowed = "a time such as 2027-01-31T12:00:00Z (RFC 3339)";
        return new ValueType<>(Instant.class, allowed, Showing.ALL, (text, surroundings) -> {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new InvalidValueException("not a time");
            }
        });
    }

    static ValueType<Budgets> budgets() {
        return new ValueType<>(
                Budgets.class,
                AccessConfig.Budget.ALLOWED + "; several with commas between",
                Showing.ALL,
                (text, surroundings) -> {
                    List<AccessConfig.Budget> budgets = new ArrayList<>();
                    for (String one : text.split(",", -1)) {
                        try {
                            budgets.add(AccessConfig.Budget.parse(one.strip()));
                        } catch (IllegalArgumentException e) {
                            throw new InvalidValueException(String.valueOf(e.getMessage()));
                        }
                    }
                    long windows = budgets.stream()
                            .map(budget -> budget.window() + budget.zone())
                            .distinct()
                            .count();
                    if (windows < budgets.size()) {
                        throw new InvalidValueException("of one window twice");
                    }
                    return new Budgets(budgets);
                },
                true);
    }

    static ValueType<UnknownPrice> unknownPrice() {
        String allowed = "refuse, allow, or assume with US dollars per million tokens, such as `assume 5.00`";
        return new ValueType<>(UnknownPrice.class, allowed, Showing.ALL, (text, surroundings) -> switch (text) {
            case "refuse" -> new UnknownPrice.Refuse();
            case "allow" -> new UnknownPrice.Allow();
            default -> {
                Matcher assumed = ASSUMED.matcher(text);
                if (!assumed.matches()) {
                    throw new InvalidValueException("none of the choices");
                }
                yield new UnknownPrice.Assume(new BigDecimal(assumed.group(1))
                        .movePointRight(PICO_DOLLARS_PER_MILLIONTH)
                        .longValueExact());
            }
        });
    }
}
