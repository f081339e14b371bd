package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Whether two prompts are the same words in the same order, but for how they are typed: case, white space, the
 * punctuation of sentences, contractions, British and American spelling, a slip of the keys, and courtesy before or
 * after. Other signs must be equal, and so must the indentation of lines, and case within a word, unless one text does
 * without capitals. Guards come first: what they forbid is not asked about here.
 */
public final class SameWords {
    /** One mistyped word in so many. */
    private static final int WORDS_A_SLIP = 4;
    /** A shorter word is too near to others. */
    private static final int SHORTEST_MISTYPED = 4;

    private static final int SHORTEST_EXCHANGED = 6;

    private static final Set<String> PLEASE = Set.of("please", "pls", "plz", "kindly");
    private static final String OF_SENTENCES = ".,;:!?\u2026";

    private SameWords() {}

    /** Whether they are; symmetrical. Takes time linear in the length of what guards look at of both texts. */
    public static boolean in(Reading first, Reading second) {
        if (!first.isWhole() || !second.isWhole() || asksAndTells(first, second) || asksAndTells(second, first)) {
            return false;
        }
        if (!signs(first.text()).equals(signs(second.text()))
                || !indents(first.text()).equals(indents(second.text()))) {
            return false;
        }
        boolean caseCounts = !first.isOneCase() && !second.isOneCase();
        List<Token> one = words(first.typed());
        List<Token> other = words(second.typed());
        // Of one text alone: "Translate: thanks" and "Translate: please" are not the same.
        return areSame(one, other, caseCounts)
                || areSame(one, words(withoutCourtesy(second.typed())), caseCounts)
                || areSame(words(withoutCourtesy(first.typed())), other, caseCounts);
    }

    private static boolean areSame(List<Token> one, List<Token> other, boolean caseCounts) {
        if (one.size() != other.size()) {
            return false;
        }
        int slips = 0;
        for (int i = 0; i < one.size(); i++) {
            Token word = one.get(i);
            Token counterpart = other.get(i);
            if (!isEqual(word, counterpart) || (caseCounts && !isOfOneCase(word, counterpart))) {
                if (!isSlip(word, counterpart)) {
                    return false;
                }
                slips++;
            }
        }
        return slips * WORDS_A_SLIP <= one.size();
    }

    private static boolean asksAndTells(Reading asks, Reading tells) {
        return endsWith(asks, "?") && endsWith(tells, ".");
    }

    private static boolean endsWith(Reading text, String mark) {
        List<Token> tokens = text.typed();
        return !tokens.isEmpty()
                && tokens.getLast().kind() == Kind.END
                && tokens.getLast().surface().equals(mark);
    }

    private static List<Token> words(List<Token> tokens) {
        return tokens.stream().filter(token -> !token.isMark()).toList();
    }

    /** Without the sentences before and after that are courtesy, a greeting, thanks, and "please". */
    private static List<Token> withoutCourtesy(List<Token> tokens) {
        List<List<Token>> sentences = sentences(tokens);
        int from = 0;
        int to = sentences.size();
        while (from < to && Courtesies.isSaid(sentences.get(from))) {
            from++;
        }
        while (from < to && Courtesies.isSaid(sentences.get(to - 1))) {
            to--;
        }
        List<Token> said = sentences.subList(from, to).stream()
                .flatMap(List::stream)
                .filter(token -> !PLEASE.contains(token.lower()))
                .toList();
        return said.subList(Courtesies.greeting(said), said.size() - Courtesies.thanks(said));
    }

    /** Divided after each end of a sentence and each colon. */
    private static List<List<Token>> sentences(List<Token> tokens) {
        List<List<Token>> sentences = new ArrayList<>();
        List<Token> sentence = new ArrayList<>();
        for (Token token : tokens) {
            sentence.add(token);
            if (token.kind() == Kind.END || token.surface().equals(":")) {
                sentences.add(sentence);
                sentence = new ArrayList<>();
            }
        }
        if (!sentence.isEmpty()) {
            sentences.add(sentence);
        }
        return sentences;
    }

    private static boolean isEqual(Token one, Token other) {
        return one.kind() == other.kind()
                && one.lower().equals(other.lower())
                && (one.kind() != Kind.NUMBER || one.surface().equals(other.surface()));
    }

    /** Whether case differs in the first letter at most. */
    private static boolean isOfOneCase(Token one, Token other) {
        String a = one.surface();
        String b = other.surface();
        return a.isEmpty()
                || b.isEmpty()
                || !one.lower().equals(other.lower())
                || a.substring(1).equals(b.substring(1))
                || !a.substring(1).equalsIgnoreCase(b.substring(1));
    }

    /** All that is no letter, digit, space or punctuation of sentences, in order. */
    private static String signs(String text) {
        var signs = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isLetterOrDigit(c)
                        && !Character.isWhitespace(c)
                        && !isQuotation(c)
                        && OF_SENTENCES.indexOf(c) < 0)
                .forEach(signs::appendCodePoint);
        return signs.toString();
    }

    /** How far the lines behind the first are indented, without those that are not. */
    private static List<Integer> indents(String text) {
        return text.strip()
                .lines()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.length() - line.stripLeading().length())
                .filter(indent -> indent > 0)
                .toList();
    }

    private static boolean isQuotation(int c) {
        return "'\"`\u2018\u2019\u201c\u201d\u00b4".indexOf(c) >= 0;
    }

    /** One letter more, less, other or exchanged, in a word that makes another one nobody knows. */
    private static boolean isSlip(Token one, Token other) {
        String a = one.lower();
        String b = other.lower();
        boolean isNear = one.isWord()
                && other.isWord()
                && Math.min(a.length(), b.length()) >= SHORTEST_MISTYPED
                && a.charAt(0) == b.charAt(0)
                && Misspelling.distance(a, b) == 1;
        if (!isNear) {
            return false;
        }
        if (Lexicon.ENGLISH.isKnown(one) || Lexicon.ENGLISH.isKnown(other)) {
            return (Lexicon.ENGLISH.isCommon(one) || Lexicon.ENGLISH.isCommon(other)) && Misspelling.of(one, other);
        }
        // Of two words that nobody knows, two letters exchanged make a slip rather than another word.
        return a.length() == b.length() && a.length() >= SHORTEST_EXCHANGED && isExchange(a, b);
    }

    private static boolean isExchange(String a, String b) {
        return Arrays.equals(a.chars().sorted().toArray(), b.chars().sorted().toArray());
    }
}
