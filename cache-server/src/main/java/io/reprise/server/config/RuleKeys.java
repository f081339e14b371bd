package io.reprise.server.config;

import static io.reprise.server.config.Key.optional;

import io.reprise.server.config.ValueType.Showing;
import java.util.List;

/** The setting of answers that an operator has written. */
final class RuleKeys {
    static final Key<RulesConfig> RULES = optional(
            "rules",
            new ValueType<>(
                    RulesConfig.class,
                    "a list of {name, when: {exact|glob|regex: a text or texts}, answer, allow: [system, turns, tools,"
                            + " schema]}; in a variable or an option as JSON",
                    Showing.ALL,
                    (text, surroundings) -> RuleReading.read(text),
                    false,
                    true),
            "none",
            "Answers of your own to calls whose text fits a pattern; no model is asked. docs/rules.md says what holds.");

    static final List<Key<?>> ALL = List.of(RULES);

    private RuleKeys() {}

    static RulesConfig bind(TypedSettings settings) {
        RulesConfig rules = settings.find(RULES);
        return rules == null ? RulesConfig.NONE : rules;
    }
}
