package io.reprise.server.audit;

import io.reprise.server.protocol.Completion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;

/**
 * Compares answers on this machine, for nothing: they are the same when they are equal but for form, or it cannot say.
 *
 * <p>A language model words every answer anew, and whether two wordings come to the same takes a reader. So what is not
 * equal is never called different. Form is white space, the marks of a list or a heading, quotes and emphasis around a
 * word, the full stop or comma behind it, a capital at its beginning, and the way a number is written. Every pass is
 * linear in the text.
 */
public final class LocalJudge {
    private static final String QUOTES = "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb";
    private static final String EMPHASIS = "*_`";
    private static final String STOPS = ".,;:";
    private static final String BEHIND = STOPS + QUOTES;
    private static final int GROUP = 3;

    private LocalJudge() {}

    /** {@link Judgement#SAME} or {@link Judgement#UNSURE}; the order makes no difference. */
    public static Judgement judge(Completion cached, Completion fresh) {
        boolean same = (cached.callsTools() || fresh.callsTools())
                ? cached.tree().equals(fresh.tree())
                : areEqualButForForm(cached.text(), fresh.text());
        return same ? Judgement.SAME : Judgement.UNSURE;
    }

    /** Nothing is not equal to nothing: an answer without words tells nobody anything. */
    private static boolean areEqualButForForm(String one, String other) {
        List<String> words = words(one);
        return !words.isEmpty() && words.equals(words(other));
    }

    /** What is left of a text without its form. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String line : text.lines().toList()) {
            var parts = new StringTokenizer(line);
            boolean first = true;
            while (parts.hasMoreTokens()) {
                String part = parts.nextToken();
                if (!first || !isMark(part)) {
                    words.add(word(part));
                }
                first = false;
            }
        }
        return words;
    }

    /** Of a list or a heading, where a line begins with it. */
    private static boolean isMark(String part) {
        return part.equals("-")
                || part.equals("*")
                || part.equals("\u2022")
                || part.chars().allMatch(c -> c == '#');
    }

    /**
     * A number with quotes behind it may be feet or inches, and a path may end with a stop: letters alone lose what is
     * around them.
     */
    private static String word(String part) {
        int from = 0;
        int to = part.length();
        for (int before = -1; before != to - from; ) {
            before = to - from;
            while (to > from && isOneOf(BEHIND, part, to - 1)) {
                to--;
            }
            while (to > from && isOneOf(QUOTES, part, from)) {
                from++;
            }
            while (to - from > 2 && part.charAt(from) == part.charAt(to - 1) && isOneOf(EMPHASIS, part, from)) {
                from++;
                to--;
            }
        }
        if (from < to && Character.isLetter(part.charAt(from)) && Character.isLetter(part.charAt(to - 1))) {
            return uncapitalised(part.substring(from, to));
        }
        int end = part.length();
        while (end > 0 && isOneOf(STOPS, part, end - 1)) {
            end--;
        }
        return end > 0 && isDigit(part.charAt(end - 1)) ? number(part.substring(0, end)) : part;
    }

    private static boolean isOneOf(String characters, String part, int at) {
        return characters.indexOf(part.charAt(at)) >= 0;
    }

    /** The first word of a sentence may stand in its middle; a name of capitals, or of one letter, keeps them. */
    private static String uncapitalised(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return word.length() > 1
                        && word.length() == lower.length()
                        && word.regionMatches(1, lower, 1, word.length() - 1)
                ? lower
                : word;
    }

    /**
     * Without grouping and without a fraction of nothing; "3.10" keeps its zero, as it may be a version. What is no
     * number stays.
     */
    private static String number(String part) {
        int start = part.charAt(0) == '-' || part.charAt(0) == '+' ? 1 : 0;
        int point = part.indexOf('.', start);
        String whole = part.substring(start, point < 0 ? part.length() : point);
        String fraction = point < 0 ? "" : part.substring(point + 1);
        if (!isGrouped(whole) || !areDigits(fraction)) {
            return part;
        }
        String digits = whole.replace(",", "");
        int end = fraction.length();
        while (end > 0 && fraction.charAt(end - 1) == '0') {
            end--;
        }
        boolean isVersion = end > 0 && !digits.equals("0");
        String rest = isVersion ? fraction : fraction.substring(0, end);
        return part.substring(0, start) + digits + (rest.isEmpty() ? "" : "." + rest);
    }

    /** Digits, and commas only before each three of them. */
    private static boolean isGrouped(String whole) {
        int comma = whole.indexOf(',');
        if (comma < 0) {
            return !whole.isEmpty() && areDigits(whole);
        }
        if (comma == 0 || comma > GROUP || (whole.length() - comma) % (GROUP + 1) != 0) {
            return false;
        }
        for (int i = 0; i < whole.length(); i++) {
            boolean separates = i >= comma && (i - comma) % (GROUP + 1) == 0;
            if (separates ? whole.charAt(i) != ',' : !isDigit(whole.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean areDigits(String text) {
        return text.chars().allMatch(c -> isDigit((char) c));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
