package io.reprise.server.prompt;

import java.text.Normalizer;

/**
 * Unicode NFC in linear time.
 *
 * <p>Normalising sorts the marks that follow a letter by inserting one after the other, which takes the square of
 * their number: a megabyte of them holds a thread for minutes. No writing stacks more than a few; UAX 15, section 13,
 * lets streams end a run at 30. A text with a longer run than {@value #LONGEST} is left as it is, and equals itself
 * alone.
 */
final class MarkRuns {
    private static final int LONGEST = 64;

    private MarkRuns() {}

    /** The text in NFC, or as it is when a run of marks in it is too long. */
    static String nfc(String text) {
        return isLong(text) ? text : Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** Whether more marks than {@value #LONGEST} follow one another somewhere. */
    static boolean isLong(String text) {
        int run = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            run = isMark(c) ? run + 1 : 0;
            if (run > LONGEST) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }

    /** Every character with a canonical combining class is one of these. */
    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }
}
