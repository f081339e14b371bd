package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The marks of a text that are more than the punctuation of its sentences: operators, emoticons, emoji, Morse code,
 * the {@code !} of a
 * factorial, the point of {@code .5}, {@code 5+}, {@code <5}, currencies and percent.
 *
 * <p>Read from the text itself, run by run between white space. Words and what stands inside of them ({@code a->b},
 * {@code C++}) are
 * tokens of their own and no signs.
 */
final class Signs {
    private static final String SENTENCE = ".,;:?!…";
    private static final String FRAMING = "\"'“”‘’«»()[]{}`*_-–—~•|/&#>\\";
    private static final String EYES = ":;=8xX";
    private static final String MOUTHS = ")(][DPpO03|/\\<>";
    private static final String VALUED = "$€£¥₹₩₽₿₺₫₱₴₦₪฿¢%‰°";
    /** Signs that have words, with the units (see {@link Quantity#unitOf}) that those words are. */
    private static final Map<String, Set<String>> UNITS = Map.of(
            "$", Set.of("$"),
            "€", Set.of("€"),
            "£", Set.of("£", "lb"),
            "¥", Set.of("¥"),
            "₹", Set.of("₹"),
            "%", Set.of("percent"),
            "°", Set.of("degree", "celsius", "fahrenheit"));

    private Signs() {}

    /** In the order of the text. */
    static List<String> in(String text, int end) {
        List<String> signs = new ArrayList<>();
        int i = 0;
        while (i < end) {
            if (Scanner.isSpace(text.charAt(i))) {
                i++;
                continue;
            }
            int to = i + 1;
            while (to < end && !Scanner.isSpace(text.charAt(to))) {
                to++;
            }
            if (to - i <= Scanner.LONGEST_WORD) {
                run(text, i, to, end, signs);
            }
            i = to;
        }
        return List.copyOf(signs);
    }

    /** What a sign means in words, as {@link Quantity#unitOf} has it; nothing where it means no unit. */
    static Set<String> unitsOf(String sign) {
        return UNITS.getOrDefault(sign, Set.of());
    }

    private static void run(String text, int from, int to, int end, List<String> signs) {
        if (isEmoticon(text, from, to)) {
            signs.add(text.substring(from, to));
        } else if (hasAlphanumeric(text, from, to)) {
            attached(text, from, to, signs);
        } else if (!isPunctuation(text, from, to, end)) {
            signs.add(text.substring(from, to));
        }
    }

    /** Marks at the numbers of a run: {@code 5!}, {@code .5}, {@code $5}, {@code 5%}, {@code 5+}; and emoji at words. */
    private static void attached(String text, int from, int to, List<String> signs) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean digitBefore = i > from && Character.isDigit(text.charAt(i - 1));
            boolean digitAfter = i + 1 < to && Character.isDigit(text.charAt(i + 1));
            boolean factorial = c == '!' && digitBefore;
            boolean fraction = c == '.' && digitAfter && (i == from || "-+$€£¥(".indexOf(text.charAt(i - 1)) >= 0);
            boolean valued = VALUED.indexOf(c) >= 0 && (digitBefore || digitAfter);
            boolean bound =
                    (c == '+' && digitBefore && !hasAlphanumeric(text, i, to)) || (c == '<' && digitAfter && i == from);
            boolean picture = c > 0x2100 && isPicture(text.codePointAt(i));
            if (factorial || fraction || valued || bound) {
                signs.add(String.valueOf(c));
            } else if (picture) {
                signs.add(Character.toString(text.codePointAt(i)));
            }
        }
    }

    private static boolean isPicture(int c) {
        int type = Character.getType(c);
        return type == Character.OTHER_SYMBOL || type == Character.MATH_SYMBOL || type == Character.MODIFIER_SYMBOL;
    }

    /** Whether a run of marks divides or frames sentences and does nothing else. */
    private static boolean isPunctuation(String text, int from, int to, int end) {
        boolean one = true;
        boolean sentence = true;
        boolean framed = false;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (SENTENCE.indexOf(c) < 0 && FRAMING.indexOf(c) < 0) {
                return false;
            }
            one &= c == text.charAt(from);
            sentence &= SENTENCE.indexOf(c) >= 0;
            framed |= FRAMING.indexOf(c) >= 0;
        }
        char first = text.charAt(from);
        if (to - from == 1) {
            return !isOperator(text, from, end);
        }
        if (one) {
            boolean dots = first == '.' && to - from >= 3;
            if ((dots || first == '-') && isFollowedBy(text, to, end, ".-")) {
                return false;
            }
            return framed
                    ? first != '&' && first != '|' && first != '/' && first != '>'
                    : dots || !goesOn(text, to, end);
        }
        if (sentence) {
            // "?!" and "!?" end a sentence; "?." does not.
            return !goesOn(text, to, end)
                    && text.substring(from, to).chars().allMatch(c -> c == '?' || c == '!' || c == '…');
        }
        return isQuoteEnd(text, from, to);
    }

    /** {@code ".}, {@code ).}, {@code "?}: marks that close beside those that end a sentence. */
    private static boolean isQuoteEnd(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if ("\"'“”‘’«»()[]{}`*_".indexOf(text.charAt(i)) < 0 && SENTENCE.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the sentence goes on behind: the next letter on the line is a small one. */
    private static boolean goesOn(String text, int from, int end) {
        return Character.isLowerCase(next(text, from, end));
    }

    private static boolean isFollowedBy(String text, int from, int end, String marks) {
        return marks.indexOf(next(text, from, end)) >= 0;
    }

    /** The next character on the line that is no space, else a line's end. */
    private static char next(String text, int from, int end) {
        for (int i = from; i < end; i++) {
            if (text.charAt(i) == '\n' || !Scanner.isSpace(text.charAt(i))) {
                return text.charAt(i);
            }
        }
        return '\n';
    }

    /** Whether a mark that stands alone does so between two numbers: {@code 5 - 3}. */
    private static boolean isOperator(String text, int at, int end) {
        char c = text.charAt(at);
        return "-–*/&|>".indexOf(c) >= 0
                && at >= 2
                && at + 2 < end
                && (Character.isDigit(text.charAt(at - 2)) || text.charAt(at - 2) == ')')
                && (Character.isDigit(text.charAt(at + 2)) || text.charAt(at + 2) == '(');
    }

    /** {@code :)}, {@code ;-)}, {@code :D}. */
    private static boolean isEmoticon(String text, int from, int to) {
        int length = to - from;
        if (length < 2 || length > 4 || EYES.indexOf(text.charAt(from)) < 0) {
            return false;
        }
        int mouth = from + 1;
        if (text.charAt(mouth) == '-' || text.charAt(mouth) == '\'') {
            mouth++;
        }
        boolean letters = Character.isLetterOrDigit(text.charAt(from));
        for (int i = mouth; i < to; i++) {
            if (MOUTHS.indexOf(text.charAt(i)) < 0 || (letters && Character.isLetterOrDigit(text.charAt(i)))) {
                return false;
            }
        }
        return mouth < to;
    }

    private static boolean hasAlphanumeric(String text, int from, int to) {
        for (int i = from; i < to; ) {
            int c = text.codePointAt(i);
            if (Character.isLetterOrDigit(c)) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }
}
