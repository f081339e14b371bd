package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Kind;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Both texts name the same people, places, products and other rare things.
 *
 * <p>A word is a name when the list of names has it, or when it is capitalised inside a sentence of ordinary case and
 * no common word.
 * A word that is neither is rare: a technical term, or a name nobody listed. Vetoed is a name in the place of another
 * rare word, in
 * texts that are equal otherwise. An abbreviation agrees with the words whose initials it is. Case says nothing in
 * titles and in texts
 * all in capitals.
 */
final class EntityGuard implements Guard {
    private static final int SHORTEST_RARE = 3;
    private static final int MOST_ALONE = 1;

    @Override
    public String name() {
        return "entity";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        Found asked = in(pair.asked(), pair.cached(), index -> pair.partnerOfAsked(index) >= 0);
        Found cached = in(pair.cached(), pair.asked(), index -> pair.partnerOfCached(index) >= 0);
        boolean exchanged = asked.rare > 0
                && cached.rare > 0
                && (asked.names > 0 || cached.names > 0)
                && pair.contentOnlyAsked() <= MOST_ALONE
                && pair.contentOnlyCached() <= MOST_ALONE
                && pair.isEdit();
        return exchanged
                ? Difference.between(
                        "another name", Difference.typed(pair.onlyAsked()), Difference.typed(pair.onlyCached()))
                : null;
    }

    /**
     * @param names surely somebody or something
     * @param rare rare words, names among them
     */
    record Found(int names, int rare) {}

    static Found in(Reading reading, Reading other, IntPredicate hasPartner) {
        int names = 0;
        int rare = 0;
        List<Token> tokens = reading.tokens();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (hasPartner.test(i) || token.kind() != Kind.WORD || !token.isContent() || abbreviates(token, other)) {
                continue;
            }
            if (isName(token, reading)) {
                names++;
                rare++;
            } else if (!Lexicon.ENGLISH.isCommon(token) && token.lower().length() >= SHORTEST_RARE) {
                rare++;
            }
        }
        return new Found(names, rare);
    }

    private static boolean isName(Token token, Reading reading) {
        if (Lexicon.ENGLISH.isName(token)) {
            return true;
        }
        boolean caseTells = !reading.isTitleCase()
                && !token.opening()
                && token.isCapital()
                && token.lower().length() > 1;
        return caseTells && !Lexicon.ENGLISH.isCommon(token);
    }

    /** Whether it is made of the first letters of words in a row: {@code WHO} of "World Health Organization". */
    private static boolean abbreviates(Token token, Reading other) {
        String letters = token.lower();
        if (letters.length() < 2 || letters.length() > 6) {
            return false;
        }
        var initials = new StringBuilder();
        for (Token word : other.tokens()) {
            if (word.isWord() && word.isContent()) {
                initials.append(word.lower().charAt(0));
            }
        }
        return initials.indexOf(letters) >= 0;
    }
}
