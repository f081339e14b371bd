package io.reprise.server.decision.guard;

/**
 * Brings English words to a form that their inflections and their British and American spellings share.
 *
 * <p>The form need not be a word: it only has to be equal where the words are, and to differ where they differ in more than number,
 * tense or spelling. Derivation ({@code nation}, {@code national}) is kept apart.
 */
final class Inflection {
    private static final int SHORTEST = 3;

    private Inflection() {}

    /** One spelling of those that differ between countries; {@code word} is in lower case. */
    static String spelling(String word) {
        String w = word;
        if (w.length() >= 5) {
            w = replaceEnding(w, "isation", "ization");
            w = replaceEnding(w, "isations", "izations");
            for (String ending : new String[] {"e", "ed", "es", "er", "ers", "ing"}) {
                w = replaceEnding(w, "is" + ending, "iz" + ending);
                w = replaceEnding(w, "ys" + ending, "yz" + ending);
            }
        }
        if (w.length() >= 6) {
            for (String ending :
                    new String[] {"", "s", "ed", "ing", "ite", "ites", "able", "ful", "less", "er", "ers"}) {
                w = replaceEnding(w, "our" + ending, "or" + ending);
            }
            w = replaceEnding(w, "ogue", "og");
            w = replaceEnding(w, "ogues", "ogs");
        }
        if (w.length() >= 5) {
            w = replaceEnding(w, "tre", "ter");
            w = replaceEnding(w, "tres", "ters");
            w = replaceEnding(w, "bre", "ber");
            w = replaceEnding(w, "ence", "ense");
        }
        return w;
    }

    /** The shared form of a word in lower case and in one spelling. */
    static String stem(String word) {
        int length = word.length();
        if (length <= SHORTEST) {
            return word;
        }
        String w = word;
        if (w.endsWith("ies") && length > 4) {
            w = cut(w, 3) + "y";
        } else if (w.endsWith("sses") || w.endsWith("shes") || w.endsWith("ches") || w.endsWith("xes")) {
            w = cut(w, 2);
        } else if (w.endsWith("s") && !w.endsWith("ss") && !w.endsWith("us") && !w.endsWith("is")) {
            w = cut(w, 1);
        } else if (w.endsWith("ied") && length > 4) {
            w = cut(w, 3) + "y";
        } else if (w.endsWith("eed")) {
            return w;
        } else if (w.endsWith("ed") && hasVowel(w, w.length() - 2)) {
            w = undouble(cut(w, 2));
        } else if (w.endsWith("ing") && hasVowel(w, w.length() - 3)) {
            w = undouble(cut(w, 3));
        }
        if (w.length() > SHORTEST && w.endsWith("e")) {
            w = cut(w, 1);
        }
        if (w.length() > SHORTEST && w.endsWith("y")) {
            w = cut(w, 1) + "i";
        }
        return undouble(w);
    }

    private static boolean hasVowel(String word, int before) {
        if (before < 2) {
            return false;
        }
        for (int i = 0; i < before; i++) {
            if ("aeiouy".indexOf(word.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String undouble(String word) {
        int last = word.length() - 1;
        return last >= SHORTEST && word.charAt(last) == word.charAt(last - 1) ? word.substring(0, last) : word;
    }

    private static String cut(String word, int letters) {
        return word.substring(0, word.length() - letters);
    }

    private static String replaceEnding(String word, String ending, String other) {
        return word.endsWith(ending) && word.length() > ending.length() + 1 ? cut(word, ending.length()) + other : word;
    }
}
