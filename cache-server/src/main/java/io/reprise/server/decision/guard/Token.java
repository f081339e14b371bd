package io.reprise.server.decision.guard;

/**
 * A word, number, symbol or break of a text.
 *
 * @param surface as typed; of an expanded contraction, the part it stands for
 * @param lower in lower case, accents and apostrophes removed, in one spelling of those that differ between countries
 * @param form what two tokens share when they are the same word: {@code lower} without inflection, or a number's value
 * @param role what the word does in its sentence
 * @param opening whether it is the first word of a sentence
 * @param joined whether nothing stands between it and the token before it
 */
record Token(Kind kind, String surface, String lower, String form, Role role, boolean opening, boolean joined) {

    /** What a token is made of. */
    enum Kind {
        WORD,
        NUMBER,
        /** Letters or digits with symbols among them: an identifier, path, address, {@code C++}. */
        CODE,
        /** Symbols alone, such as an operator or an emoji. */
        SYMBOL,
        /** Punctuation inside a sentence. */
        BREAK,
        /** Punctuation that ends one. */
        END,
        /** A quotation mark. */
        QUOTE
    }

    /** What a word does. */
    enum Role {
        /** Carries meaning of its own. */
        CONTENT,
        /** Holds a sentence together: articles, auxiliaries, prepositions, pronouns. */
        FUNCTION,
        /** Could be left out: politeness, emphasis. */
        FILLER
    }

    boolean isContent() {
        return role == Role.CONTENT && (kind == Kind.WORD || kind == Kind.CODE);
    }

    boolean isWord() {
        return kind == Kind.WORD;
    }

    boolean isMark() {
        return kind == Kind.BREAK || kind == Kind.END || kind == Kind.QUOTE;
    }

    /** Whether it begins with a capital. */
    boolean isCapital() {
        return !surface.isEmpty() && Character.isUpperCase(surface.codePointAt(0));
    }

    /** Whether it is two or more capitals and no small letter. */
    boolean isAllCapitals() {
        int capitals = 0;
        for (int i = 0; i < surface.length(); i++) {
            char c = surface.charAt(i);
            if (Character.isLowerCase(c)) {
                return false;
            }
            if (Character.isUpperCase(c)) {
                capitals++;
            }
        }
        return capitals >= 2;
    }

    /** The same token as another word. */
    Token as(String word, String otherForm, Role otherRole) {
        return new Token(kind, surface, word, otherForm, otherRole, opening, joined);
    }
}
