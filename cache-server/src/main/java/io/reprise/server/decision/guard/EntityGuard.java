package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Kind;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Both texts name the same people, places, products and other rare things.
 *
 * <p>A word is a name when the list of names has it, or when it is capitalised inside a sentence of ordinary case and no common word.
 * A word that is neither is rare: a technical term, or a name nobody listed. Vetoed are: names of its own in each text; rare words
 * of its own in each of two near texts; a name that one text adds to what the other says, unless it completes a name they share ("Donald
 * Trump", "Trump"). An abbreviation agrees with the words whose initials it is. Case says nothing in titles and in texts all in capitals.
 */
final class EntityGuard implements Guard {
    private static final int SHORTEST_RARE = 3;
    private static final int MOST_ALONE = 3;

    @Override
    public String name() {
        return "entity";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        Found asked = in(pair.asked(), pair.cached(), index -> pair.partnerOfAsked(index) >= 0);
        Found cached = in(pair.cached(), pair.asked(), index -> pair.partnerOfCached(index) >= 0);
        if (!pair.isNear()) {
            return false;
        }
        if (asked.names > 0 && cached.names > 0) {
            return true;
        }
        if (pair.contentOnlyOne() > MOST_ALONE) {
            return false;
        }
        return (asked.rare > 0 && cached.rare > 0)
                || (asked.newNames > 0 && pair.contentOnlyCached() <= 1)
                || (cached.newNames > 0 && pair.contentOnlyAsked() <= 1);
    }

    /**
     * @param names surely somebody or something
     * @param newNames names that do not stand beside one which the texts share, as a first name does
     * @param rare rare words, names among them
     */
    record Found(int names, int newNames, int rare) {}

    static Found in(Reading reading, Reading other, IntPredicate hasPartner) {
        int names = 0;
        int newNames = 0;
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
                boolean part = isSharedName(tokens, i - 1, reading, hasPartner)
                        || isSharedName(tokens, i + 1, reading, hasPartner);
                newNames += part ? 0 : 1;
            } else if (!Lexicon.ENGLISH.isCommon(token) && token.lower().length() >= SHORTEST_RARE) {
                rare++;
            }
        }
        return new Found(names, newNames, rare);
    }

    private static boolean isSharedName(List<Token> tokens, int at, Reading reading, IntPredicate hasPartner) {
        return at >= 0
                && at < tokens.size()
                && hasPartner.test(at)
                && tokens.get(at).isWord()
                && isName(tokens.get(at), reading);
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
