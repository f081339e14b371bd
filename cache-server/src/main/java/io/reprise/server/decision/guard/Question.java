package io.reprise.server.decision.guard;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a text asks for.
 *
 * @param kinds of each of its sentences that asks
 */
record Question(Set<Kind> kinds) {
    private static final WordFile WORDS = WordFile.read("questions.txt");
    private static final Set<String> AUXILIARIES = Set.copyOf(WORDS.section("auxiliaries"));
    private static final Set<String> BEFORE = Set.copyOf(WORDS.section("before"));
    private static final Map<Kind, Set<String>> NOUNS = Map.of(
            Kind.WHEN, Set.copyOf(WORDS.section("when")),
            Kind.WHERE, Set.copyOf(WORDS.section("where")),
            Kind.WHO, Set.copyOf(WORDS.section("who")),
            Kind.WHY, Set.copyOf(WORDS.section("why")),
            Kind.HOW, Set.copyOf(WORDS.section("how")),
            Kind.AMOUNT, Set.copyOf(WORDS.section("amount")));
    private static final int NOUN_REACH = 4;

    /** What an answer would name. */
    enum Kind {
        WHO("who"),
        WHEN("when"),
        WHERE("where"),
        WHY("why"),
        HOW("how"),
        /** How many, how much. */
        AMOUNT("how many"),
        /** How long. */
        DURATION("how long"),
        /** How often. */
        FREQUENCY("how often"),
        /** How far, tall, old, big, ... */
        DEGREE("to what degree"),
        /** Anything: what, which. */
        THING("what"),
        /** Yes or no. */
        WHETHER("whether");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** The question word, for a person. */
        String words() {
            return words;
        }
    }

    static Question in(List<Token> tokens) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        boolean opening = true;
        boolean decided = false;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == Token.Kind.END) {
                opening = true;
                decided = false;
            } else if (token.kind() == Token.Kind.BREAK) {
                opening = true;
            } else if (token.role() != Token.Role.FILLER && opening && !decided) {
                Kind kind = kindAt(tokens, i);
                decided = kind != null;
                if (kind != null) {
                    kinds.add(kind);
                }
                opening = BEFORE.contains(token.lower());
            }
        }
        return new Question(Set.copyOf(kinds));
    }

    private static @Nullable Kind kindAt(List<Token> tokens, int at) {
        String word = tokens.get(at).lower();
        return switch (word) {
            case "who", "whom", "whose" -> Kind.WHO;
            case "when" -> isInverted(tokens, at) ? Kind.WHEN : null;
            case "where" -> Kind.WHERE;
            case "why" -> Kind.WHY;
            case "how" -> how(tokens, at);
            case "what", "which" -> what(tokens, at);
            default -> AUXILIARIES.contains(word) ? Kind.WHETHER : null;
        };
    }

    /** "When does it ..." asks, "when it rains, ..." does not. */
    private static boolean isInverted(List<Token> tokens, int at) {
        return at + 1 < tokens.size() && AUXILIARIES.contains(tokens.get(at + 1).lower());
    }

    private static Kind how(List<Token> tokens, int at) {
        String next = at + 1 < tokens.size() ? tokens.get(at + 1).lower() : "";
        return switch (next) {
            case "many", "much" -> Kind.AMOUNT;
            case "long" -> Kind.DURATION;
            case "often", "frequently" -> Kind.FREQUENCY;
            case "come" -> Kind.WHY;
            case "far",
                    "tall",
                    "old",
                    "big",
                    "high",
                    "deep",
                    "heavy",
                    "large",
                    "fast",
                    "wide",
                    "young",
                    "small",
                    "hot",
                    "cold" -> Kind.DEGREE;
            default -> Kind.HOW;
        };
    }

    /** "What year", "what is the reason": the noun says what is asked for. */
    private static Kind what(List<Token> tokens, int at) {
        for (int i = at + 1; i < tokens.size() && i <= at + NOUN_REACH; i++) {
            Token token = tokens.get(i);
            if (token.isMark()) {
                break;
            }
            for (Map.Entry<Kind, Set<String>> nouns : NOUNS.entrySet()) {
                if (nouns.getValue().contains(token.form()) || nouns.getValue().contains(token.lower())) {
                    return nouns.getKey();
                }
            }
            boolean skipped = token.role() != Token.Role.CONTENT
                    || token.lower().equals("best")
                    || token.lower().equals("main");
            if (!skipped) {
                break;
            }
        }
        return Kind.THING;
    }
}
