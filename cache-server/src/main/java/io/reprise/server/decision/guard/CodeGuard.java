package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are equal but for little hold the same code and signs: identifiers, operators, paths, addresses, {@code
 * C++}, single letters,
 * emoticons, what stands in quotation marks.
 *
 * <p>Signs must be equal in number, and in order where it tells; one text alone may smile or draw an arrow, and "$5"
 * may be "5 dollars", but not "5". A word of one
 * letter repeated is compared letter by letter. Case is another guard's matter.
 */
final class CodeGuard implements Guard {
    private static final int SHORTEST_NAME = 3;
    private static final Set<String> ASK_NOTHING = Set.of(
            ":)", ":-)", ":D", ":-D", ";)", ";-)", "=)", "^^", "☺", "😀", "😃", "😄", "😁", "😊", "🙂", "😉", "🙏",
            "👍", "❤", "->", "=>", "→", "=", ">>");

    @Override
    public String name() {
        return "code";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        if (!pair.isEdit()) {
            return null;
        }
        List<Token> asked = code(pair.onlyAsked(), pair.cached());
        List<Token> cached = code(pair.onlyCached(), pair.asked());
        if (!asked.isEmpty() || !cached.isEmpty()) {
            return Difference.between("other code", Difference.typed(asked), Difference.typed(cached));
        }
        List<String> signsAsked = signs(pair.asked(), pair.cached());
        List<String> signsCached = signs(pair.cached(), pair.asked());
        if (!areSame(signsAsked, signsCached, WordOrder.mayBeSymmetric(pair))) {
            return Difference.between("other signs", String.join(" ", signsAsked), String.join(" ", signsCached));
        }
        List<Token> quotedAsked = quoted(pair.onlyAsked(), pair.asked());
        List<Token> quotedCached = quoted(pair.onlyCached(), pair.cached());
        boolean bothQuote = !pair.asked().quotations().isEmpty()
                && !pair.cached().quotations().isEmpty();
        return bothQuote && !(quotedAsked.isEmpty() && quotedCached.isEmpty())
                ? Difference.between(
                        "another quotation",
                        quotedAlone(pair.asked(), pair.cached()),
                        quotedAlone(pair.cached(), pair.asked()))
                : repeated(pair);
    }

    private static List<Token> code(List<Token> only, Reading other) {
        List<Token> code = new ArrayList<>();
        for (Token token : only) {
            boolean letter = token.isWord() && token.surface().length() == 1 && token.isCapital() && token.isContent();
            if (letter || (token.kind() == Kind.CODE && !spelledApart(token, other))) {
                code.add(token);
            }
        }
        return code;
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

    /** The signs without those that the other text has too or says in words. */
    private static List<String> signs(Reading reading, Reading other) {
        return reading.signs().stream()
                .filter(sign -> Signs.unitsOf(sign).stream().noneMatch(other::names))
                .toList();
    }

    /** A smile or an arrow that one text has alone asks for nothing. */
    private static boolean areSame(List<String> asked, List<String> cached, boolean anyOrder) {
        if (asked.isEmpty() || cached.isEmpty()) {
            return ASK_NOTHING.containsAll(asked) && ASK_NOTHING.containsAll(cached);
        }
        return anyOrder
                ? asked.stream()
                        .sorted()
                        .toList()
                        .equals(cached.stream().sorted().toList())
                : asked.equals(cached);
    }

    /** Those of the words that stand in quotation marks. */
    private static List<Token> quoted(List<Token> only, Reading reading) {
        return only.stream()
                .filter(token -> token.isContent()
                        && reading.quotations().stream()
                                .anyMatch(words -> List.of(words.split(" ", -1)).contains(token.lower())))
                .toList();
    }

    /** What stands in quotation marks in one text and not in the other, for a person. */
    private static String quotedAlone(Reading reading, Reading other) {
        return reading.quotations().stream()
                .filter(quotation -> !other.quotations().contains(quotation))
                .collect(Collectors.joining(", "));
    }

    /** {@code aaa}, {@code aaaa}. */
    private static @Nullable String repeated(Alignment pair) {
        List<Token> asked = pair.asked().tokens();
        for (int i = 0; i < asked.size(); i++) {
            int partner = pair.partnerOfAsked(i);
            if (partner >= 0 && isOneLetter(asked.get(i))) {
                Token other = pair.cached().tokens().get(partner);
                if (asked.get(i).surface().length() != other.surface().length() && isOneLetter(other)) {
                    return Difference.between("other letters", asked.get(i).surface(), other.surface());
                }
            }
        }
        return null;
    }

    private static boolean isOneLetter(Token token) {
        String word = token.surface();
        return token.isWord() && word.chars().distinct().count() == 1;
    }
}
