package io.reprise.server.decision.guard;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of numbers as they are written: digits, words, ordinals, Roman numerals. */
final class Numerals {
    private static final String[] UNITS = {
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen"
    };
    private static final String[] ORDINALS = {
        "zeroth",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth"
    };
    private static final String[] TENS = {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
    private static final Map<String, Long> WORDS = words();
    private static final Map<String, Long> SCALES = Map.ofEntries(
            Map.entry("hundred", 100L),
            Map.entry("thousand", 1_000L),
            Map.entry("lakh", 100_000L),
            Map.entry("million", 1_000_000L),
            Map.entry("crore", 10_000_000L),
            Map.entry("billion", 1_000_000_000L),
            Map.entry("trillion", 1_000_000_000_000L),
            Map.entry("dozen", 12L));
    private static final Map<String, Long> SUFFIXES =
            Map.of("k", 1_000L, "m", 1_000_000L, "mn", 1_000_000L, "bn", 1_000_000_000L, "b", 1_000_000_000L);

    private Numerals() {}

    private static Map<String, Long> words() {
        Map<String, Long> words = new HashMap<>();
        for (int i = 0; i < UNITS.length; i++) {
            words.put(UNITS[i], (long) i);
            words.put(ORDINALS[i], (long) i);
        }
        for (int i = 0; i < TENS.length; i++) {
            words.put(TENS[i], 20L + 10L * i);
            words.put(TENS[i].substring(0, TENS[i].length() - 1) + "ieth", 20L + 10L * i);
        }
        words.put("once", 1L);
        words.put("twice", 2L);
        words.put("thrice", 3L);
        return words;
    }

    /** Of a word, a small number; null when it is none. */
    static @Nullable Long value(String word) {
        return WORDS.get(word);
    }

    /** What a word after a number multiplies it by; null when it does not. */
    static @Nullable Long scale(String word) {
        Long scale = SCALES.get(word);
        return scale != null || !word.endsWith("s") ? scale : SCALES.get(word.substring(0, word.length() - 1));
    }

    /** What a letter right behind a number multiplies it by; null when it does not. */
    static @Nullable Long suffix(String word) {
        return SUFFIXES.get(word);
    }

    /** Of a Roman numeral in capitals of at least two letters, up to 39; null when it is none. */
    static @Nullable Long roman(String surface) {
        if (surface.length() < 2 || surface.length() > 7) {
            return null;
        }
        long total = 0;
        int previous = Integer.MAX_VALUE;
        for (int i = 0; i < surface.length(); i++) {
            int digit =
                    switch (surface.charAt(i)) {
                        case 'I' -> 1;
                        case 'V' -> 5;
                        case 'X' -> 10;
                        default -> 0;
                    };
            if (digit == 0) {
                return null;
            }
            total += digit > previous ? digit - 2L * previous : digit;
            previous = digit;
        }
        return total;
    }

    /**
     * One way to write a number: no separators of thousands, no zeros that say nothing. {@code 3.10} stays as it is, since it may be a
     * version.
     */
    static String canonical(String digits, boolean negative) {
        var plain = new StringBuilder(digits.length() + 1);
        if (negative) {
            plain.append('-');
        }
        boolean grouped = isGrouped(digits);
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (Character.isDigit(c)) {
                plain.append((char) ('0' + Character.digit(c, 10)));
            } else if (c == '.' || !grouped) {
                plain.append('.');
            }
        }
        int dot = plain.indexOf(".");
        if (dot > 0 && plain.indexOf(".", dot + 1) < 0 && onlyZeros(plain, dot + 1)) {
            plain.setLength(dot);
        }
        int first = negative ? 1 : 0;
        int zeros = first;
        while (zeros + 1 < plain.length() && plain.charAt(zeros) == '0' && plain.charAt(zeros + 1) != '.') {
            zeros++;
        }
        return plain.delete(first, zeros).toString();
    }

    /** Whether every comma divides thousands, or the lakhs of Indian notation. */
    private static boolean isGrouped(String digits) {
        int dot = digits.indexOf('.');
        int whole = dot < 0 ? digits.length() : dot;
        int last = digits.lastIndexOf(',', whole - 1);
        return last > 0 && whole - last == 4 && digits.indexOf(',', whole) < 0;
    }

    private static boolean onlyZeros(CharSequence text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
