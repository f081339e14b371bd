package io.reprise.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.reprise.server.config.RulesConfig.Extra;
import io.reprise.server.config.RulesConfig.Kind;
import io.reprise.server.config.RulesConfig.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads rules from JSON, and finds all that is wrong with them. */
final class RuleReading {
    private static final int MAX_RULES = 500;
    private static final int MAX_PATTERNS = 2000;
    private static final int MAX_PATTERN = 1000;
    private static final int MAX_ANSWER = 16_384;
    /** Of all expressions together: matching takes time with it and the length of the text. */
    private static final int MAX_INSTRUCTIONS = 5000;

    private static final Set<String> FIELDS = Set.of("name", "when", "answer", "allow");
    private static final Set<String> ANSWER_FIELDS = Set.of("date", "time", "model", "key", "team", "user");
    private static final java.util.regex.Pattern NAME = java.util.regex.Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final java.util.regex.Pattern BRACES = java.util.regex.Pattern.compile("\\{\\{([^{}]*)(}})?");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final List<String> problems = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private int patterns;
    private long instructions;

    private RuleReading() {}

    static RulesConfig read(String text) throws InvalidValueException {
        JsonNode list;
        try {
            list = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidValueException("is not JSON");
        }
        if (!list.isArray() || list.size() > MAX_RULES) {
            throw new InvalidValueException("is not a list of at most " + MAX_RULES + " rules");
        }
        var reading = new RuleReading();
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            rules.add(reading.rule(list.get(i), i));
        }
        if (reading.patterns > MAX_PATTERNS) {
            reading.problems.add("has more than " + MAX_PATTERNS + " patterns");
        }
        if (reading.instructions > MAX_INSTRUCTIONS) {
            reading.problems.add("has expressions that would take too long together");
        }
        if (!reading.problems.isEmpty()) {
            throw new InvalidValueException(String.join("; ", reading.problems));
        }
        return new RulesConfig(rules);
    }

    private Rule rule(JsonNode rule, int number) {
        String at = "rule " + (number + 1) + " ";
        rule.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                problems.add(at + "has an unknown field");
            }
        });
        String name = rule.path("name").asText("rule-" + (number + 1));
        if (!NAME.matcher(name).matches()) {
            problems.add(at + "has a name that is not 1 to 64 letters, digits, dots, underscores or hyphens");
        } else if (!names.add(name)) {
            problems.add(at + "has the name of another");
        }
        Kind kind = kind(rule.path("when"), at);
        List<String> any = patterns(rule.path("when").path(id(kind)), kind, at);
        return new Rule(name, kind, any, answer(rule.path("answer"), at), allow(rule.path("allow"), at));
    }

    private Kind kind(JsonNode when, String at) {
        for (Kind kind : Kind.values()) {
            if (when.size() == 1 && when.has(id(kind))) {
                return kind;
            }
        }
        problems.add(at + "has no `when` with exactly one of exact, glob, regex");
        return Kind.EXACT;
    }

    private List<String> patterns(JsonNode given, Kind kind, String at) {
        List<String> texts = new ArrayList<>();
        if (given.isTextual()) {
            texts.add(given.textValue());
        } else {
            given.forEach(each -> texts.add(each.asText()));
        }
        if (texts.isEmpty() && !given.isMissingNode()) {
            problems.add(at + "has no pattern");
        }
        patterns += texts.size();
        for (String text : texts) {
            if (text.isBlank() || text.length() > MAX_PATTERN) {
                problems.add(at + "has a pattern that is empty or longer than " + MAX_PATTERN + " characters");
            } else if (kind == Kind.REGEX) {
                expression(text, at);
            }
        }
        return texts;
    }

    private void expression(String text, String at) {
        try {
            instructions += Pattern.compile(text).programSize();
        } catch (PatternSyntaxException e) {
            problems.add(at + "has a malformed expression");
        }
    }

    private String answer(JsonNode answer, String at) {
        String text = answer.isValueNode() && !answer.isNull() ? answer.asText() : "";
        if (text.isEmpty() || text.length() > MAX_ANSWER) {
            problems.add(at + "has no answer of 1 to " + MAX_ANSWER + " characters");
        }
        var fields = BRACES.matcher(text);
        while (fields.find()) {
            if (fields.group(2) == null || !ANSWER_FIELDS.contains(fields.group(1))) {
                problems.add(at + "has an answer with double braces around something else than date, time, model, key,"
                        + " team or user");
            }
        }
        return text;
    }

    private Set<Extra> allow(JsonNode given, String at) {
        Set<Extra> allowed = EnumSet.noneOf(Extra.class);
        if (!given.isArray() && !given.isMissingNode()) {
            problems.add(at + "has an `allow` that is no list");
        }
        for (JsonNode each : given) {
            try {
                allowed.add(Extra.valueOf(each.asText().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                problems.add(at + "allows something else than system, turns, tools or schema");
            }
        }
        return allowed;
    }

    private static String id(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
