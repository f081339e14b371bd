package io.reprise.server.config;

import static io.reprise.server.config.Key.optional;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.reprise.server.config.ScopeConfig.Mask;
import io.reprise.server.config.ValueType.Showing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The settings of what does not part calls. */
final class ScopeKeys {
    private static final int MAX_MASKS = 32;
    private static final int MAX_LENGTH = 256;
    private static final java.util.regex.Pattern FIELD = java.util.regex.Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** What is asked, of whom, and in which form the answer comes: without these, any answer would serve. */
    private static final Set<String> NEVER_IGNORED = Set.of(
            "cache",
            "conversation",
            "function_call",
            "functions",
            "input",
            "instructions",
            "messages",
            "model",
            "n",
            "previous_response_id",
            "prompt",
            "response_format",
            "stop",
            "stop_sequences",
            "suffix",
            "system",
            "text",
            "tool_choice",
            "tools");

    /** Sentences in which a mask must find nothing: one that does would take different instructions for equal ones. */
    private static final List<String> PLAIN = List.of(
            "Answer the customer's question in one short sentence. You are a helpful assistant for ACME!",
            "Use at most 3 of 12 items, 50 % of 1000 words, $20, version 1.2.3, never 2024 or 7.");

    private static final String MONTH =
            "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
                    + "|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";
    private static final String DAY = "(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?";
    private static final String CLOCK = "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?";
    private static final String ZONE = "(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?";

    private static final Map<String, String> NAMED = named();

    static final Key<Masks> MASK = optional(
            "scope.mask",
            masks(),
            "none",
            "Spans of system prompts and earlier turns in which calls may differ and still share answers: `date`, `time`, `uuid`,"
                    + " `request-id`, or regular expressions (RE2) of your own, without commas. What a mask hides is no part of what is"
                    + " compared: never mask what tells persons or tenants apart. docs/scope.md says what holds.");
    static final Key<Words> IGNORE = optional(
            "scope.ignore",
            ignored(),
            "none",
            "Fields of requests in which calls may differ and still share answers, such as `seed` or `max_tokens`.");

    static final List<Key<?>> ALL = List.of(MASK, IGNORE);

    private ScopeKeys() {}

    /** A list of masks. */
    record Masks(List<Mask> all) {
        Masks {
            all = List.copyOf(all);
        }
    }

    static ScopeConfig bind(TypedSettings settings) {
        Masks masks = settings.find(MASK);
        Words ignored = settings.find(IGNORE);
        return new ScopeConfig(masks == null ? List.of() : masks.all(), ignored == null ? List.of() : ignored.all());
    }

    static List<Mask> namedMasks() {
        return NAMED.entrySet().stream()
                .map(each -> new Mask(each.getKey(), Pattern.compile(each.getValue())))
                .toList();
    }

    private static Map<String, String> named() {
        Map<String, String> named = new LinkedHashMap<>();
        named.put(
                "date",
                "\\b(?:(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?:T" + CLOCK + ZONE + ")?"
                        + "|[0-3]?[0-9][./][0-3]?[0-9][./](?:19|20)[0-9]{2}"
                        + "|" + DAY + MONTH + " [0-3]?[0-9](?:st|nd|rd|th)?,? (?:19|20)[0-9]{2}"
                        + "|" + DAY + "[0-3]?[0-9](?:st|nd|rd|th)? " + MONTH + ",? (?:19|20)[0-9]{2})\\b");
        named.put("time", "\\b" + CLOCK + "(?: ?[AaPp][Mm])?" + ZONE + "\\b");
        named.put("uuid", "\\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\\b");
        named.put("request-id", "\\b(?i:req|request|trace|span|run)[-_][A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*\\b");
        return named;
    }

    private static ValueType<Masks> masks() {
        String allowed = "a list, or with commas between: " + String.join(", ", NAMED.keySet())
                + ", or regular expressions of at most " + MAX_LENGTH
                + " characters that find nothing in plain sentences";
        return new ValueType<>(
                Masks.class,
                allowed,
                Showing.ALL,
                (text, surroundings) -> {
                    List<String> each = Stream.of(text.split(",", -1))
                            .map(String::strip)
                            .distinct()
                            .toList();
                    if (each.size() > MAX_MASKS) {
                        throw new InvalidValueException("has more than " + MAX_MASKS + " elements");
                    }
                    List<Mask> masks = new ArrayList<>();
                    for (String one : each) {
                        masks.add(mask(one));
                    }
                    return new Masks(masks);
                },
                true);
    }

    private static Mask mask(String text) throws InvalidValueException {
        String expression = NAMED.get(text);
        if (expression != null) {
            return new Mask(text, Pattern.compile(expression));
        }
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new InvalidValueException(
                    text.isEmpty() ? "has an empty element" : "has an element that is too long");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new InvalidValueException("has a malformed expression");
        }
        if (pattern.matcher("").find()) {
            throw new InvalidValueException("has an expression that matches nothing at all");
        }
        for (String plain : PLAIN) {
            if (pattern.matcher(plain).find()) {
                throw new InvalidValueException("has an expression that would hide plain words or numbers");
            }
        }
        return new Mask(text, pattern);
    }

    private static ValueType<Words> ignored() {
        ValueType<Words> words = UpstreamValueTypes.words(FIELD, "names of fields at the top of a request");
        return new ValueType<>(
                Words.class,
                words.allowed(),
                Showing.ALL,
                (text, surroundings) -> {
                    Words fields = words.parse(text, surroundings);
                    for (String field : fields.all()) {
                        if (NEVER_IGNORED.contains(field)) {
                            throw new InvalidValueException("has " + field + ", which says what is asked");
                        }
                    }
                    return fields;
                },
                true);
    }
}
