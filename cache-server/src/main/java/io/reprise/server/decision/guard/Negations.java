package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The negations of a text that say something: two that undo each other are none, and those of courtesy and idiom do not count.
 *
 * @param places indexes of the negating tokens, ascending
 */
record Negations(List<Integer> places) {
    private static final WordFile WORDS = WordFile.read("negation.txt");
    private static final Set<String> NEGATORS = Set.copyOf(WORDS.section("negators"));
    private static final Set<String> SOFT = Set.copyOf(WORDS.section("soft"));
    private static final Set<String> REQUESTS = Set.copyOf(WORDS.section("requests"));
    private static final Set<String> HARMLESS_BEFORE = Set.copyOf(WORDS.section("harmless-before"));
    private static final Set<String> WH =
            Set.of("how", "what", "why", "which", "where", "when", "who", "if", "whether");
    /** Negations nearer than this undo each other. */
    private static final int REACH = 3;

    /** Of the tokens of a text. */
    static Negations in(List<Token> tokens) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (!token.isWord()
                    || token.role() == Token.Role.FILLER
                    || !NEGATORS.contains(token.lower())
                    || isHarmless(tokens, i)) {
                continue;
            }
            int last = found.isEmpty() ? -REACH - 1 : found.getLast();
            boolean listed = token.lower().equals("nor") || token.lower().equals("any");
            if (i - last <= REACH
                    && !listed
                    && !tokens.get(last).lower().equals("neither")
                    && noBreak(tokens, last, i)) {
                found.removeLast();
            } else if (!listed || found.isEmpty()) {
                found.add(i);
            }
        }
        return new Negations(List.copyOf(found));
    }

    /** Whether a word denies without being a negation: {@code avoid}, {@code prevent}, {@code except}. */
    static boolean isSoft(Token token) {
        return SOFT.contains(token.lower()) || SOFT.contains(token.form());
    }

    static boolean isNegator(Token token) {
        return NEGATORS.contains(token.lower());
    }

    int count() {
        return places.size();
    }

    /** Index of the content word that a negation applies to: the next one, or -1. */
    static int target(List<Token> tokens, int negation) {
        for (int i = negation + 1; i < tokens.size(); i++) {
            if (tokens.get(i).isContent()) {
                return i;
            }
            if (tokens.get(i).isMark()) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean noBreak(List<Token> tokens, int from, int to) {
        for (int i = from; i < to; i++) {
            if (tokens.get(i).isMark()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHarmless(List<Token> tokens, int at) {
        String word = tokens.get(at).lower();
        String next = lower(tokens, at + 1);
        String previous = lower(tokens, at - 1);
        if (word.equals("no") && at + 1 < tokens.size()) {
            Token.Kind kind = tokens.get(at + 1).kind();
            boolean abbreviation = kind == Token.Kind.NUMBER
                    || (kind == Token.Kind.END
                            && at + 2 < tokens.size()
                            && tokens.get(at + 2).kind() == Token.Kind.NUMBER);
            boolean answer = kind == Token.Kind.BREAK && tokens.get(at).opening();
            if (abbreviation || answer) {
                return true;
            }
        }
        if (!word.equals("not")) {
            return HARMLESS_BEFORE.contains(word + "_" + next);
        }
        if (HARMLESS_BEFORE.contains(next)
                || previous.equals("or")
                || previous.equals("if")
                || (previous.equals("why") && next.isEmpty())) {
            return true;
        }
        // "I do not know how to ..." asks how; "do not know it" denies.
        if ((next.equals("know") || next.equals("understand")) && WH.contains(lower(tokens, at + 2))) {
            return true;
        }
        // "Can you not tell me ...", "could not you show": a request. "Why don't you like it" is none.
        boolean modal = Set.of("can", "could", "will", "would", "do").contains(previous) || previous.equals("you");
        int verb = next.equals("you") ? at + 2 : at + 1;
        boolean you = next.equals("you") || previous.equals("you");
        return (modal && you && REQUESTS.contains(lower(tokens, verb))) || isTag(tokens, at);
    }

    /** {@code ..., is not it?} */
    private static boolean isTag(List<Token> tokens, int at) {
        return at >= 2
                && tokens.get(at - 2).kind() == Token.Kind.BREAK
                && (at + 2 >= tokens.size() || tokens.get(at + 2).kind() == Token.Kind.END)
                && Set.of("it", "you", "they", "he", "she", "we", "i").contains(lower(tokens, at + 1));
    }

    private static String lower(List<Token> tokens, int at) {
        return at >= 0 && at < tokens.size() ? tokens.get(at).lower() : "";
    }
}
