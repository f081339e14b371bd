package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Kind;
import java.util.List;

/**
 * Both texts name the same people, places, products and other rare things.
 *
 * <p>A word is a name when the list of names has it, or when it is capitalised inside a sentence of ordinary case, or all in capitals.
 * A word that is neither a common word nor a name is rare: a technical term, or a name nobody listed. A name in one text alone is a
 * veto, unless it abbreviates words of the other; rare words are one when each text has one of its own. Case says nothing in titles and in
 * texts without capitals.
 */
final class EntityGuard implements Guard {
    private static final int SHORTEST_RARE = 3;

    @Override
    public String name() {
        return "entity";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        Found asked = in(pair.onlyAsked(), pair.asked(), pair.cached());
        Found cached = in(pair.onlyCached(), pair.cached(), pair.asked());
        return asked.names > 0 || cached.names > 0 || (asked.rare > 0 && cached.rare > 0);
    }

    /**
     * @param names surely somebody or something
     * @param rare rare words, names among them
     */
    private record Found(int names, int rare) {}

    private static Found in(List<Token> only, Reading reading, Reading other) {
        int names = 0;
        int rare = 0;
        for (Token token : only) {
            if (token.kind() != Kind.WORD || !token.isContent() || abbreviates(token, other)) {
                continue;
            }
            boolean common = Lexicon.ENGLISH.isCommon(token);
            boolean inOrdinaryCase = !reading.isTitleCase() && !token.opening();
            boolean name = Lexicon.ENGLISH.isName(token)
                    || inOrdinaryCase && token.isAllCapitals() && !common
                    || inOrdinaryCase
                            && token.isCapital()
                            && !common
                            && token.lower().length() > 1;
            if (name) {
                names++;
            }
            if (name || !common && token.lower().length() >= SHORTEST_RARE) {
                rare++;
            }
        }
        return new Found(names, rare);
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
