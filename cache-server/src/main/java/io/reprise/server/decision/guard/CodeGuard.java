package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Both texts hold the same code and symbols: identifiers, operators, paths, addresses, {@code C++}, single letters.
 *
 * <p>Code is compared without case unless it holds a backslash. Operators must be equal in number and order. An emoji in one text alone
 * passes; two different ones do not. Quotations differ when both texts have some and one has words that the other text lacks.
 */
final class CodeGuard implements Guard {
    private static final int ASCII = 0x80;
    private static final int SHORTEST_NAME = 3;

    @Override
    public String name() {
        return "code";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        boolean asked = hasCode(pair.onlyAsked(), pair.cached());
        boolean cached = hasCode(pair.onlyCached(), pair.asked());
        return (asked && cached)
                || ((asked || cached) && pair.isNear())
                || !symbols(pair.asked(), true).equals(symbols(pair.cached(), true))
                || emojiDiffer(symbols(pair.asked(), false), symbols(pair.cached(), false))
                || quotationsDiffer(pair.asked().quotations(), pair.cached().quotations());
    }

    private static boolean hasCode(List<Token> only, Reading other) {
        for (Token token : only) {
            boolean letter = token.isWord() && token.surface().length() == 1 && token.isCapital() && token.isContent();
            if (letter || (token.kind() == Kind.CODE && !spelledApart(token, other))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the other text has the letters and digits of a piece of code in a row: {@code Node.js} and "node js". */
    private static boolean spelledApart(Token code, Reading other) {
        String letters = lettersOf(code.lower());
        if (letters.length() < SHORTEST_NAME) {
            return false;
        }
        var all = new StringBuilder();
        for (Token token : other.tokens()) {
            all.append(' ').append(token.lower());
        }
        return lettersOf(all).contains(letters)
                && !other.tokens().stream()
                        .anyMatch(token -> token.kind() == Kind.CODE
                                && token.lower().contains(letters)
                                && !token.lower().equals(code.lower()));
    }

    private static String lettersOf(CharSequence text) {
        var letters = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (Character.isLetterOrDigit(text.charAt(i))) {
                letters.append(text.charAt(i));
            }
        }
        return letters.toString();
    }

    private static List<String> symbols(Reading reading, boolean ascii) {
        List<String> symbols = new ArrayList<>();
        for (Token token : reading.tokens()) {
            if (token.kind() == Kind.SYMBOL && (token.surface().charAt(0) < ASCII) == ascii) {
                symbols.add(token.surface());
            }
        }
        return symbols;
    }

    private static boolean emojiDiffer(List<String> asked, List<String> cached) {
        return !asked.isEmpty() && !cached.isEmpty() && !asked.equals(cached);
    }

    private static boolean quotationsDiffer(List<String> asked, List<String> cached) {
        if (asked.isEmpty() || cached.isEmpty() || asked.size() != cached.size()) {
            return false;
        }
        List<String> one = new ArrayList<>(asked);
        List<String> other = new ArrayList<>(cached);
        Collections.sort(one);
        Collections.sort(other);
        return !one.equals(other);
    }
}
