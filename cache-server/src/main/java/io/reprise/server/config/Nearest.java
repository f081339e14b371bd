package io.reprise.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the known name that an unknown one most resembles. */
public final class Nearest {
    /** What each section that was left out adds to the relative distance, so that a whole match of the rest wins. */
    private static final double LEFT_OUT = 0.1;

    private Nearest() {}

    /**
     * The candidate at the least edit distance relative to length; of equals, the first. Case, and hyphen or underscore,
     * do not matter; a dotted candidate is also compared without its first sections.
     *
     * @throws IllegalArgumentException when there is no candidate
     */
    public static String to(String given, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingDouble(candidate -> distance(normal(given), normal(candidate))))
                .orElseThrow(() -> new IllegalArgumentException("candidates is empty; allowed: at least one"));
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    private static double distance(String given, String candidate) {
        double least = relative(given, candidate);
        int sections = 0;
        for (int dot = candidate.indexOf('.'); dot >= 0; dot = candidate.indexOf('.', dot + 1)) {
            sections++;
            least = Math.min(least, relative(given, candidate.substring(dot + 1)) + sections * LEFT_OUT);
        }
        return least;
    }

    private static double relative(String a, String b) {
        return (double) edits(a, b) / Math.max(1, Math.max(a.length(), b.length()));
    }

    /**
     * The optimal string alignment distance: Damerau's insertions, deletions, substitutions and swaps of neighbours
     * (1964), no part edited twice.
     */
    static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int substituted = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(substituted, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
