package io.reprise.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.PicoDollars;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object, and remembers all that is wrong; a field that is wrong reads as absent. Null reads as absent too.
 * Confined to one thread.
 */
final class Fields {
    private static final int MAX_ELEMENTS = 256;
    private static final int MAX_SHOWN = 64;
    private static final int MAX_PATTERN = 256;
    private static final Pattern PATTERN = Pattern.compile("[^\\s\\p{Cntrl}]{1," + MAX_PATTERN + "}");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_+:/-]{1,64}");
    private static final int MAX_MARKS = 10;
    private static final Set<String> OF_A_BUDGET = Set.of("usd", "window", "zone", "soft_percent", "on_exceed");

    private final ObjectNode object;
    private final String prefix;
    private final List<InvalidFieldsException.Field> problems;

    private Fields(ObjectNode object, String prefix, List<InvalidFieldsException.Field> problems) {
        this.object = object;
        this.prefix = prefix;
        this.problems = problems;
    }

    Fields(ObjectNode object) {
        this(object, "", new ArrayList<>());
    }

    boolean has(String field) {
        return object.has(field);
    }

    private boolean isAbsent(String field) {
        return !object.hasNonNull(field);
    }

    void wrong(String field, String problem) {
        problems.add(new InvalidFieldsException.Field(prefix + field, problem));
    }

    /** @throws InvalidFieldsException when anything was wrong */
    void check() {
        if (!problems.isEmpty()) {
            throw new InvalidFieldsException(problems);
        }
    }

    void noOthersThan(Set<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                String shown = name.length() > MAX_SHOWN ? name.substring(0, MAX_SHOWN) + "..." : name;
                wrong(shown, "is not a field of this request");
            }
        });
    }

    @Nullable String name(String field) {
        String text = text(field);
        if (text != null && !Names.isName(text)) {
            wrong(field, "must be a name, " + Names.ALLOWED);
            return null;
        }
        return text;
    }

    private @Nullable String text(String field) {
        if (isAbsent(field)) {
            return null;
        }
        if (!object.path(field).isTextual()) {
            wrong(field, "must be a string");
            return null;
        }
        return object.path(field).textValue();
    }

    List<String> names(String field) {
        return texts(field, Names::isName, "must be a list of at most " + MAX_ELEMENTS + " names, " + Names.ALLOWED);
    }

    List<String> patterns(String field) {
        return texts(
                field,
                PATTERN.asMatchPredicate(),
                "must be a list of at most " + MAX_ELEMENTS + " patterns of 1 to " + MAX_PATTERN
                        + " characters without a space, where * stands for any characters");
    }

    private List<String> texts(String field, Predicate<String> each, String problem) {
        if (isAbsent(field)) {
            return List.of();
        }
        JsonNode list = object.path(field);
        List<String> texts = new ArrayList<>();
        boolean valid = list.isArray() && list.size() <= MAX_ELEMENTS;
        for (JsonNode element : list) {
            valid &= element.isTextual() && each.test(element.textValue());
            texts.add(element.asText());
        }
        if (!valid) {
            wrong(field, problem);
            return List.of();
        }
        return texts.stream().distinct().toList();
    }

    boolean flag(String field) {
        if (isAbsent(field)) {
            return false;
        }
        if (!object.path(field).isBoolean()) {
            wrong(field, "must be true or false");
        }
        return object.path(field).asBoolean();
    }

    @Nullable Instant time(String field) {
        String text = text(field);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            wrong(field, "must be a time such as 2027-01-31T12:00:00Z (RFC 3339)");
            return null;
        }
    }

    @Nullable Long whole(String field, long least, long most) {
        if (isAbsent(field)) {
            return null;
        }
        JsonNode value = object.path(field);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            wrong(field, "must be a whole number from " + least + " to " + most);
            return null;
        }
        return value.longValue();
    }

    /** An amount in pico-dollars, at least 0. */
    @Nullable Long usd(String field) {
        if (isAbsent(field)) {
            return null;
        }
        JsonNode value = object.path(field);
        String text = value.isNumber() ? value.decimalValue().toPlainString() : value.textValue();
        try {
            long amount = text == null ? -1 : PicoDollars.parseUsd(text);
            if (amount >= 0 && amount <= PicoDollars.parseUsd(Long.toString(Budget.MAX_USD))) {
                return amount;
            }
        } catch (IllegalArgumentException e) {
            // Told below, with what is out of range.
        }
        wrong(
                field,
                "must be US dollars as a decimal string such as \"10.00\", from 0 to " + Budget.MAX_USD
                        + ", with at most 12 decimals");
        return null;
    }

    <E extends Enum<E>> @Nullable E oneOf(String field, E[] values) {
        String text = text(field);
        if (text == null) {
            return null;
        }
        List<String> words = new ArrayList<>();
        for (E value : values) {
            String word = value.name().toLowerCase(Locale.ROOT);
            if (word.equals(text)) {
                return value;
            }
            words.add(word);
        }
        wrong(field, "must be one of " + String.join(", ", words));
        return null;
    }

    Instead instead(String field) {
        String text = text(field);
        if (text == null) {
            return new Instead.Reject();
        }
        try {
            return Instead.parse(text);
        } catch (IllegalArgumentException e) {
            wrong(field, String.valueOf(e.getMessage()));
            return new Instead.Reject();
        }
    }

    List<Budget> budgets(String field) {
        List<Budget> budgets = new ArrayList<>();
        if (isAbsent(field)) {
            return budgets;
        }
        JsonNode list = object.path(field);
        if (!list.isArray() || list.size() > MAX_MARKS) {
            wrong(field, "must be a list of at most " + MAX_MARKS + " budgets");
            return budgets;
        }
        for (int i = 0; i < list.size(); i++) {
            String place = prefix + field + '[' + i + "].";
            if (list.get(i) instanceof ObjectNode one) {
                Budget budget = new Fields(one, place, problems).budget();
                if (budget != null) {
                    budgets.add(budget);
                }
            } else {
                wrong(field + '[' + i + ']', "must be an object such as {\"usd\": \"10.00\", \"window\": \"day\"}");
            }
        }
        if (budgets.stream().map(Budget::counter).distinct().count() < budgets.size()) {
            wrong(field, "must have one budget for each window and zone");
        }
        return budgets;
    }

    /** The budget that this object is; null when it is none. */
    @Nullable Budget budget() {
        noOthersThan(OF_A_BUDGET);
        Long usd = required("usd", usd("usd"));
        Window window = required("window", oneOf("window", Window.values()));
        ZoneId zone = zone();
        List<Integer> marks = marks();
        Instead onExceed = instead("on_exceed");
        if (onExceed instanceof Instead.Clamp) {
            wrong("on_exceed", "must be reject or model:NAME");
            return null;
        }
        return usd == null || window == null ? null : new Budget(usd, window, zone, marks, onExceed);
    }

    private <T> @Nullable T required(String field, @Nullable T value) {
        if (isAbsent(field)) {
            wrong(field, "is required");
        }
        return value;
    }

    private ZoneId zone() {
        String text = text("zone");
        if (text == null) {
            return ZoneOffset.UTC;
        }
        try {
            if (ZONE.matcher(text).matches()) {
                return ZoneId.of(text);
            }
        } catch (DateTimeException e) {
            // Told below, with what has not the form of one.
        }
        wrong("zone", "must be a time zone of the IANA database such as Europe/Berlin, or an offset such as +05:30");
        return ZoneOffset.UTC;
    }

    private List<Integer> marks() {
        if (isAbsent("soft_percent")) {
            return Budget.USUAL_MARKS;
        }
        JsonNode list = object.path("soft_percent");
        List<Integer> marks = new ArrayList<>();
        boolean valid = list.isArray() && list.size() <= MAX_MARKS;
        for (JsonNode mark : list) {
            valid &=
                    mark.isIntegralNumber() && mark.canConvertToInt() && mark.intValue() >= 1 && mark.intValue() <= 100;
            marks.add(mark.asInt());
        }
        if (!valid) {
            wrong("soft_percent", "must be a list of at most " + MAX_MARKS + " whole numbers from 1 to 100");
            return List.of();
        }
        return marks;
    }
}
