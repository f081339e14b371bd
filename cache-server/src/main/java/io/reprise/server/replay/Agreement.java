package io.reprise.server.replay;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How two answers compare by their letters and numbers alone: a look at a hit that owes nothing to the policy that served it.
 *
 * <p>A sampled answer to one and the same prompt differs from call to call, so answers that differ prove nothing wrong; answers that are
 * the same do prove a hit right.
 */
enum Agreement {
    /** The same letters and digits, but for case. */
    SAME,
    /** The same numbers, and at least half of all words in common. */
    REWORDED,
    /** Anything else. */
    DIFFERENT;

    private static final int MAX_COMPARED_CHARS = 1 << 16;
    private static final Pattern WORDS = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Pattern NUMBERS = Pattern.compile("\\p{N}+");

    static Agreement of(String one, String other) {
        List<String> words = found(WORDS, one);
        List<String> others = found(WORDS, other);
        if (String.join("", words).equals(String.join("", others))) {
            return words.isEmpty() && !one.strip().equals(other.strip()) ? DIFFERENT : SAME;
        }
        Set<String> common = new HashSet<>(words);
        common.retainAll(new HashSet<>(others));
        Set<String> all = new HashSet<>(words);
        all.addAll(others);
        boolean sameNumbers = new HashSet<>(found(NUMBERS, one)).equals(new HashSet<>(found(NUMBERS, other)));
        return sameNumbers && 2 * common.size() >= all.size() ? REWORDED : DIFFERENT;
    }

    private static List<String> found(Pattern pattern, String text) {
        String compared = text.substring(0, Math.min(text.length(), MAX_COMPARED_CHARS));
        return pattern.matcher(compared.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
