package io.reprise.embedder;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/**
 * Characters that neither a reader of a page nor a model sees, but whose bytes another model may obey: control, format
 * and tag
 * characters, variation selectors, fillers, private use, unassigned code points, halves of surrogate pairs and U+FFFD.
 *
 * <p>White space is seen. What scripts and emoji are written with is no hidden text where it does its work: a joiner
 * between two emoji
 * or two letters of a script that joins, and one presentation selector behind an emoji.
 */
public final class HiddenText {
    private static final int REPLACEMENT_CHARACTER = 0xFFFD;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int TEXT_PRESENTATION = 0xFE0E;
    private static final int EMOJI_PRESENTATION = 0xFE0F;
    private static final int KEYCAP = 0x20E3;
    /** Scripts whose spelling needs joiners. */
    private static final Set<UnicodeScript> JOINING = EnumSet.of(
            UnicodeScript.ARABIC,
            UnicodeScript.SYRIAC,
            UnicodeScript.NKO,
            UnicodeScript.MONGOLIAN,
            UnicodeScript.DEVANAGARI,
            UnicodeScript.BENGALI,
            UnicodeScript.GURMUKHI,
            UnicodeScript.GUJARATI,
            UnicodeScript.ORIYA,
            UnicodeScript.TAMIL,
            UnicodeScript.TELUGU,
            UnicodeScript.KANNADA,
            UnicodeScript.MALAYALAM,
            UnicodeScript.SINHALA,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    private HiddenText() {}

    /** Whether a text has any. Takes time linear in its length. */
    public static boolean isIn(String text) {
        return count(text) > 0;
    }

    /** How many such characters a text has. */
    static int count(String text) {
        int count = 0;
        int before = -1;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isInvisible(c) && !isAtWork(c, before, i < text.length() ? text.codePointAt(i) : -1)) {
                count++;
            }
            before = c;
        }
        return count;
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c != '\t' && c != '\n' && c != '\r' && c != '\f';
            case Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE, Character.UNASSIGNED -> true;
            default -> c == REPLACEMENT_CHARACTER || isVariationSelector(c) || isFiller(c);
        };
    }

    private static boolean isVariationSelector(int c) {
        return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0x180B && c <= 0x180F);
    }

    /** Letters and marks without a shape: Hangul's, Khmer's and Braille's fillers, the grapheme joiner. */
    private static boolean isFiller(int c) {
        return c == 0x115F
                || c == 0x1160
                || c == 0x3164
                || c == 0xFFA0
                || c == 0x17B4
                || c == 0x17B5
                || c == 0x2800
                || c == 0x034F;
    }

    private static boolean isAtWork(int c, int before, int after) {
        return switch (c) {
            case ZERO_WIDTH_JOINER -> (isEmojiPart(before) && isPictographic(after)) || isJoined(before, after);
            case ZERO_WIDTH_NON_JOINER -> isJoined(before, after);
            case TEXT_PRESENTATION, EMOJI_PRESENTATION -> isPictographic(before) || after == KEYCAP;
            default -> false;
        };
    }

    private static boolean isEmojiPart(int c) {
        return isPictographic(c) || c == EMOJI_PRESENTATION || (c >= 0 && Character.isEmojiModifier(c));
    }

    private static boolean isPictographic(int c) {
        return c >= 0 && Character.isExtendedPictographic(c) && Character.getType(c) != Character.UNASSIGNED;
    }

    private static boolean isJoined(int before, int after) {
        return before >= 0 && after >= 0 && isOfJoiningScript(before) && isOfJoiningScript(after);
    }

    private static boolean isOfJoiningScript(int c) {
        boolean letter = Character.isLetter(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK;
        return letter && JOINING.contains(UnicodeScript.of(c));
    }
}
