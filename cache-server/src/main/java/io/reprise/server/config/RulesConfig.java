package io.reprise.server.config;

import java.util.List;
import java.util.Set;

/** Answers that an operator has written. The first rule that fits a call answers it. Immutable. */
public record RulesConfig(List<Rule> all) {
    /** No rule. */
    public static final RulesConfig NONE = new RulesConfig(List.of());

    public RulesConfig {
        all = List.copyOf(all);
    }

    /** How a rule's patterns are read. */
    public enum Kind {
        /** The whole text. */
        EXACT,
        /** The whole text, where {@code *} stands for any characters. */
        GLOB,
        /** An RE2 expression of the whole text. */
        REGEX
    }

    /** What a call may have beside one question. */
    public enum Extra {
        /** A system prompt. */
        SYSTEM,
        /** Earlier turns. */
        TURNS,
        /** Tools. */
        TOOLS,
        /** A format that the answer must have. */
        SCHEMA
    }

    /**
     * A rule.
     *
     * @param name tells it from the others; 1 to 64 letters, digits, dots, underscores or hyphens
     * @param patterns at least one; any of them fits
     * @param answer its text, with fields in double braces
     * @param allow what a call that it answers may have beside its question
     */
    public record Rule(String name, Kind kind, List<String> patterns, String answer, Set<Extra> allow) {
        public Rule {
            patterns = List.copyOf(patterns);
            allow = Set.copyOf(allow);
        }
    }
}
