package io.reprise.server.decision.guard;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a text into tokens in one pass, without regular expressions.
 *
 * <p>A run without white space is stripped of punctuation at its ends; what remains is code when it holds symbols that
 * prose does not
 * (see {@link CodeShape}), else it is cut into letters and digits. Digits and letters are always cut apart, so that
 * {@code iphone7} and
 * {@code iPhone 7} read alike, and hyphens divide words.
 */
final class Scanner {
    private static final String OPENING = "\"'“”‘’«»([{<*_`,;:!?…—–¿¡";
    private static final String CLOSING = "\"'“”‘’«»)]}>*_`,;:!?…—–.";
    /** A longer run without white space is one token: nothing in it is looked at, it is compared as it stands. */
    static final int LONGEST_WORD = 200;

    private final Lexicon lexicon;
    private final String text;
    private final int end;
    private final List<Token> tokens = new ArrayList<>();
    private boolean opening = true;
    private boolean joined;

    private Scanner(Lexicon lexicon, String text, int end) {
        this.lexicon = lexicon;
        this.text = text;
        this.end = end;
    }

    /**
     * The tokens of a text's beginning.
     *
     * @param end characters that are looked at
     */
    static List<Token> scan(Lexicon lexicon, String text, int end) {
        var scanner = new Scanner(lexicon, text, end);
        scanner.run();
        return scanner.tokens;
    }

    private void run() {
        int i = 0;
        while (i < end) {
            if (isSpace(text.charAt(i))) {
                endLine(text.charAt(i));
                i++;
                continue;
            }
            int to = i + 1;
            while (to < end && !isSpace(text.charAt(to))) {
                to++;
            }
            joined = false;
            chunk(i, to);
            i = to;
        }
    }

    /** A line ends a sentence that has no other end. */
    private void endLine(char c) {
        if (c == '\n' && !tokens.isEmpty() && !tokens.getLast().isMark()) {
            mark('.');
        }
    }

    private void chunk(int from, int to) {
        if (to - from > LONGEST_WORD) {
            code(from, to);
            return;
        }
        if (!hasAlphanumeric(from, to)) {
            symbols(from, to);
            return;
        }
        int start = from;
        while (start < to && OPENING.indexOf(text.charAt(start)) >= 0 && !beginsTag(start, to)) {
            mark(text.charAt(start));
            start++;
        }
        int stop = to;
        while (stop > start && CLOSING.indexOf(text.charAt(stop - 1)) >= 0 && !belongsToCore(start, stop)) {
            stop--;
        }
        if (stop - start >= 3 && text.startsWith("()", stop - 2)) {
            stop -= 2;
        }
        if (CodeShape.isCode(text, start, stop)) {
            code(start, stop);
        } else {
            prose(start, stop);
        }
        for (int i = stop; i < to; i++) {
            mark(text.charAt(i));
        }
    }

    /** A {@code <} or a bracket that something inside the run answers is part of code. */
    private boolean beginsTag(int at, int to) {
        char c = text.charAt(at);
        return (c == '<' && text.indexOf('>', at, to) > 0 && text.indexOf('>', at, to) < to)
                || (c == '_' && at + 1 < to && text.charAt(at + 1) == '_');
    }

    private boolean belongsToCore(int start, int stop) {
        char c = text.charAt(stop - 1);
        return switch (c) {
            case ')' -> text.indexOf('(', start, stop) >= 0;
            case ']' -> text.indexOf('[', start, stop) >= 0;
            case '}' -> text.indexOf('{', start, stop) >= 0;
            case '>' -> text.indexOf('<', start, stop) >= 0;
            case '_' -> stop - start >= 4 && text.startsWith("__", stop - 2) && text.startsWith("__", start);
            default -> false;
        };
    }

    private void mark(char c) {
        joined = false;
        switch (c) {
            case '.', '?', '!', '…' -> {
                add(Token.Kind.END, String.valueOf(c));
                opening = true;
            }
            case '`' -> add(Token.Kind.QUOTE, "`");
            case '"', '“', '”', '«', '»', '\'', '‘', '’' -> add(Token.Kind.QUOTE, "\"");
            case '*', '_' -> {}
            default -> add(Token.Kind.BREAK, String.valueOf(c));
        }
    }

    private void add(Token.Kind kind, String mark) {
        tokens.add(new Token(kind, mark, mark, mark, Token.Role.FUNCTION, false, joined));
    }

    private void symbols(int from, int to) {
        boolean punctuation = true;
        for (int i = from; i < to && punctuation; i++) {
            char c = text.charAt(i);
            punctuation = (OPENING.indexOf(c) >= 0 && c != '<')
                    || (CLOSING.indexOf(c) >= 0 && c != '>')
                    || c == '-'
                    || c == '~';
        }
        String run = text.substring(from, to);
        if (run.equals("/") || run.equals("|")) {
            mark(',');
        } else if (run.equals("&")) {
            word("and");
        } else if (!punctuation
                || (run.equals("-") && betweenDigits(from))
                || (run.equals("*") && from > 0 && !opening)) {
            tokens.add(new Token(Token.Kind.SYMBOL, run, run, run, Token.Role.CONTENT, false, false));
        } else {
            for (int i = from; i < to; i++) {
                mark(text.charAt(i));
            }
        }
    }

    private boolean betweenDigits(int at) {
        return at + 2 < end
                && Character.isDigit(text.charAt(at + 2))
                && !tokens.isEmpty()
                && tokens.getLast().kind() == Token.Kind.NUMBER;
    }

    private void code(int from, int to) {
        String surface = text.substring(from, to);
        String form = surface.indexOf('\\') >= 0 ? surface : surface.toLowerCase(Locale.ROOT);
        tokens.add(new Token(Token.Kind.CODE, surface, form, form, Token.Role.CONTENT, opening, joined));
        opening = false;
    }

    private void prose(int from, int to) {
        int i = from;
        boolean negative = false;
        while (i < to) {
            char c = text.charAt(i);
            int stop = i + 1;
            if (Character.isDigit(c)) {
                while (stop < to && isInNumber(stop, to)) {
                    stop++;
                }
                stop = number(i, stop, to, negative, from);
                joined = true;
            } else if (isWordCharacter(c)) {
                boolean acronym = stop < to && text.charAt(stop) == '.' && stop + 1 < to;
                while (stop < to
                        && (isWordCharacter(text.charAt(stop))
                                || CodeShape.isApostrophe(text.charAt(stop))
                                || (acronym && text.charAt(stop) == '.'))) {
                    stop++;
                }
                word(text.substring(i, stop).replace(".", ""));
                joined = true;
            } else {
                if (CodeShape.DIVIDING.indexOf(c) >= 0 || c == '(' || c == ')') {
                    mark(c);
                } else if (c == '.') {
                    mark(c);
                }
                joined = c == '%' || c == ':';
                if (c == '%') {
                    word("percent");
                }
            }
            negative = c == '-' && i == from;
            i = stop;
        }
    }

    private boolean isInNumber(int at, int to) {
        char c = text.charAt(at);
        return Character.isDigit(c)
                || ((c == '.' || c == ',') && at + 1 < to && Character.isDigit(text.charAt(at + 1)));
    }

    /** Adds a number with its ordinal or plural ending; returns where it ends. */
    private int number(int from, int stop, int to, boolean negative, int coreStart) {
        int letters = stop;
        while (letters < to && Character.isLetter(text.charAt(letters))) {
            letters++;
        }
        String ending = text.substring(stop, letters).toLowerCase(Locale.ROOT);
        boolean absorbed = ending.equals("st")
                || ending.equals("nd")
                || ending.equals("rd")
                || ending.equals("th")
                || ending.equals("s");
        boolean money = from > coreStart && "$€£¥₹".indexOf(text.charAt(from - 1)) >= 0;
        String value = Numerals.canonical(text.substring(from, stop), negative);
        tokens.add(new Token(
                Token.Kind.NUMBER,
                text.substring(from, stop),
                absorbed ? ending : money ? String.valueOf(text.charAt(from - 1)) : "",
                "#" + value,
                Token.Role.FUNCTION,
                opening,
                joined));
        opening = false;
        return absorbed ? letters : stop;
    }

    private void word(String surface) {
        boolean ascii = true;
        boolean apostrophe = false;
        for (int i = 0; i < surface.length(); i++) {
            char c = surface.charAt(i);
            ascii &= c < 0x80;
            apostrophe |= CodeShape.isApostrophe(c);
        }
        String lower = surface.toLowerCase(Locale.ROOT);
        if (!ascii) {
            lower = fold(lower);
        }
        List<String> parts = lexicon.contraction(
                apostrophe ? lower.replace('’', '\'').replace('ʼ', '\'').replace('‘', '\'') : lower);
        for (int i = 0; i < parts.size(); i++) {
            String part =
                    lexicon.spelling(parts.get(i).replace("'", parts.get(i).equals("'s") ? "'" : ""));
            if (!part.isEmpty()) {
                String typed = parts.size() == 1 || i == 0 ? surface : part;
                boolean pronoun = part.equals("us") && surface.equals("US");
                tokens.add(new Token(
                        Token.Kind.WORD,
                        typed,
                        pronoun ? "america" : part,
                        pronoun ? "america" : lexicon.form(part),
                        pronoun ? Token.Role.CONTENT : lexicon.role(part),
                        opening,
                        joined && i == 0));
                opening = false;
            }
        }
    }

    static String fold(String lower) {
        String decomposed = Normalizer.normalize(lower, Normalizer.Form.NFD);
        var folded = new StringBuilder(decomposed.length());
        for (int i = 0; i < decomposed.length(); i++) {
            if (!CodeShape.isCombining(decomposed.charAt(i)) && decomposed.charAt(i) != 'ʼ') {
                folded.append(decomposed.charAt(i) == '’' ? '\'' : decomposed.charAt(i));
            }
        }
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    private boolean hasAlphanumeric(int from, int to) {
        for (int i = from; i < to; i++) {
            if (Character.isLetterOrDigit(text.charAt(i)) || isLetterSurrogate(i, to)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLetterSurrogate(int at, int to) {
        return at + 1 < to && Character.isHighSurrogate(text.charAt(at)) && Character.isLetter(text.codePointAt(at));
    }

    private static boolean isWordCharacter(char c) {
        return Character.isLetter(c) || CodeShape.isCombining(c) || Character.isSurrogate(c);
    }

    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c < ' ' || c == '\u200b' || c == '\ufeff';
    }
}
