package io.reprise.server.decision.guard;

/**
 * Whether one of two words is the other, mistyped.
 *
 * <p>Two words that both exist are never that, however near they are ({@code Iran}, {@code Iraq}; {@code Austria},
 * {@code Australia}): a
 * slip makes a word that nobody knows. Distance is Damerau's (insert, delete, replace, swap neighbours), in its
 * optimal string alignment
 * form. Words of other languages than English have letters beyond ASCII, and no slip is seen in those.
 */
final class Misspelling {
    private static final int SHORTEST = 3;
    private static final int LONG = 8;
    private static final int LONGEST = 40;

    private Misspelling() {}

    static boolean of(Token one, Token other) {
        String a = one.lower();
        String b = other.lower();
        int shorter = Math.min(a.length(), b.length());
        int longer = Math.max(a.length(), b.length());
        if (shorter < SHORTEST
                || longer > LONGEST
                || longer - shorter > 2
                || !isLetters(a)
                || !isLetters(b)
                || !isAscii(one.surface())
                || !isAscii(other.surface())) {
            return false;
        }
        boolean oneKnown = Lexicon.ENGLISH.isKnown(one) || one.role() != Token.Role.CONTENT;
        boolean otherKnown = Lexicon.ENGLISH.isKnown(other) || other.role() != Token.Role.CONTENT;
        if ((oneKnown && otherKnown) || Opposites.isOpposition(one, other)) {
            return false;
        }
        int distance = distance(a, b);
        if (!oneKnown && !otherKnown) {
            return distance <= 1 && shorter >= LONG - 1;
        }
        if (shorter == SHORTEST) {
            return distance <= 1 && longer <= SHORTEST + 1 && a.charAt(0) == b.charAt(0);
        }
        return distance <= (longer >= LONG ? 2 : 1);
    }

    private static boolean isAscii(String word) {
        return word.chars().allMatch(c -> c < 0x80);
    }

    private static boolean isLetters(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!Character.isLetter(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Damerau's, in its optimal string alignment form. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(cost[i - 1][j - 1] + replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
