package io.reprise.server.decision.guard;

import java.util.List;
import java.util.Set;

/** Sentences that say how to answer. */
final class Instructions {
    private static final WordFile WORDS = WordFile.read("instructions.txt");
    private static final Set<String> TELLING = Set.copyOf(WORDS.section("telling"));
    private static final Set<String> ASKING = Set.copyOf(WORDS.section("asking"));
    private static final Set<String> OF_ANSWERS = Set.copyOf(WORDS.section("of-answers"));

    private Instructions() {}

    /** Whether a sentence is one: no courtesy, no question, and no telling of its writer or the world. */
    static boolean isOne(List<Token> sentence) {
        if (Courtesies.isOne(sentence)) {
            return false;
        }
        for (Token token : sentence) {
            if (token.role() != Token.Role.FILLER) {
                boolean tells = TELLING.contains(token.lower()) && !speaksOfAnswers(sentence);
                return !tells && !(ASKING.contains(token.lower()) && !denies(sentence));
            }
        }
        return false;
    }

    /** Whether the first word surely begins an instruction: "answer", "only", "never". */
    static boolean begins(List<Token> tokens) {
        return !tokens.isEmpty() && OF_ANSWERS.contains(tokens.getFirst().lower());
    }

    /** "Do not explain" asks nothing. */
    private static boolean denies(List<Token> sentence) {
        return sentence.size() > 1
                && sentence.getFirst().lower().equals("do")
                && sentence.get(1).lower().equals("not");
    }

    /** "The answer must be short" tells how to answer. */
    private static boolean speaksOfAnswers(List<Token> sentence) {
        return sentence.stream().anyMatch(token -> OF_ANSWERS.contains(token.lower()));
    }
}
