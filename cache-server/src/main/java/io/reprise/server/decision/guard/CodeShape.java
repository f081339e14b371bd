package io.reprise.server.decision.guard;

/** Tells code from prose by the characters of a run without white space. */
final class CodeShape {
    /** Punctuation that divides words although no space follows. */
    static final String DIVIDING = ",;!?…—–\"“”";

    private static final int LONGEST_FLAG = 4;

    private CodeShape() {}

    /** Whether a run without white space holds what prose does not. */
    static boolean isCode(String text, int from, int to) {
        if (isFlag(text, from, to)) {
            return true;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c) || isApostrophe(c) || isCombining(c) || DIVIDING.indexOf(c) >= 0) {
                continue;
            }
            boolean digitBefore = i > from && Character.isDigit(text.charAt(i - 1));
            boolean digitAfter = i + 1 < to && Character.isDigit(text.charAt(i + 1));
            boolean letterBefore = i > from && Character.isLetter(text.charAt(i - 1));
            boolean letterAfter = i + 1 < to && Character.isLetter(text.charAt(i + 1));
            boolean prose =
                    switch (c) {
                        case '-' -> i + 1 == to || (text.charAt(i + 1) != '>' && text.charAt(i + 1) != '-');
                        case '.' ->
                            (digitAfter && (digitBefore || letterBefore))
                                    || (letterBefore && letterAfter && isSentenceJoin(text, i, from, to));
                        case '&' -> digitBefore && digitAfter;
                        case '/' ->
                            (digitBefore || letterBefore)
                                    && (digitAfter || letterAfter)
                                    && text.indexOf('/', i + 1, to) < 0;
                        case ':' -> (digitBefore && digitAfter) || (letterBefore && letterAfter);
                        case '%', '°', '₹' -> true;
                        case '$', '€', '£', '¥' -> digitAfter || digitBefore;
                        case '+' -> digitBefore && i + 1 == to;
                        case '(', ')' -> isProseParenthesis(text, from, to);
                        default -> Character.isSurrogate(c) || c > 0x2000;
                    };
            if (!prose) {
                return true;
            }
        }
        return false;
    }

    /** {@code -o}, {@code -rf}: a hyphen and at most three letters. */
    static boolean isFlag(String text, int from, int to) {
        if (to - from < 2 || to - from > LONGEST_FLAG || text.charAt(from) != '-') {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            if (text.charAt(i) >= 0x80 || !Character.isLetter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** {@code mother.She} and {@code U.S.A} are prose, {@code node.js} is not. */
    private static boolean isSentenceJoin(String text, int dot, int from, int to) {
        boolean singleLetters = true;
        for (int i = from; i < to; i++) {
            singleLetters &= (i - from) % 2 == 1 == (text.charAt(i) == '.');
        }
        int next = dot + 1;
        int wordEnd = next;
        while (wordEnd < to && Character.isLetter(text.charAt(wordEnd))) {
            wordEnd++;
        }
        int wordStart = dot;
        while (wordStart > from && Character.isLetter(text.charAt(wordStart - 1))) {
            wordStart--;
        }
        boolean initial = wordStart == from && dot - wordStart == 1;
        return singleLetters
                || initial
                || (Character.isUpperCase(text.charAt(next))
                        && Character.isLowerCase(text.charAt(dot - 1))
                        && wordEnd - next > 1
                        && dot - wordStart > 2
                        && !text.substring(next, wordEnd).equals("NET"));
    }

    private static boolean isProseParenthesis(String text, int from, int to) {
        int open = text.indexOf('(', from, to);
        int close = text.indexOf(')', from, to);
        int inside = (close < 0 ? to : close) - (open < 0 ? from : open) - 1;
        boolean plural = inside == 1 && open > 0 && text.charAt(open + 1) == 's';
        return plural || (inside >= 3 && text.indexOf('(', open + 1, to) < 0);
    }

    static boolean isCombining(char c) {
        return (c >= 0x300 && Character.getType(c) == Character.NON_SPACING_MARK)
                || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    }

    static boolean isApostrophe(char c) {
        return c == '\'' || c == '’' || c == 'ʼ' || c == '‘';
    }
}
