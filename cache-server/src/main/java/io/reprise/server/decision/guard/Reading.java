package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A text as the guards see it: read once, compared with many.
 *
 * <p>The first {@value #MAX_CHARACTERS} characters and {@value #MAX_TOKENS} tokens are looked at; a longer text agrees
 * with its equal alone (guard
 * {@code length}). Reading takes time linear in what is looked at. Any text can be read: empty, of any script, with
 * half surrogate
 * pairs. Immutable.
 */
public final class Reading {
    static final int MAX_CHARACTERS = 16_384;
    static final int MAX_TOKENS = 4_096;

    private final String text;
    private final boolean whole;
    private final List<Token> tokens;
    private final List<Quantity> quantities;
    private final List<String> quotations;
    private final List<String> signs;
    private final Question question;
    private final Negations negations;
    private final String language;
    private final boolean titleCase;
    private final boolean oneCase;
    private final Set<String> backquoted;
    private final boolean timeSensitive;
    private final List<Token> typed;

    private Reading(String text) {
        this.text = text;
        Lexicon lexicon = Lexicon.ENGLISH;
        List<Token> scanned = Scanner.scan(lexicon, text, Math.min(text.length(), MAX_CHARACTERS));
        whole = text.length() <= MAX_CHARACTERS && scanned.size() <= MAX_TOKENS;
        List<Token> kept = scanned.size() <= MAX_TOKENS ? scanned : scanned.subList(0, MAX_TOKENS);
        typed = kept.stream().filter(token -> token.kind() != Token.Kind.QUOTE).toList();
        language = Language.of(kept);
        timeSensitive = TimeWords.in(kept);
        List<Token> read = Phrases.ENGLISH.apply(kept);
        quotations = quotations(read);
        signs = Signs.in(text, Math.min(text.length(), MAX_CHARACTERS));
        tokens = read.stream().filter(token -> token.kind() != Token.Kind.QUOTE).toList();
        quantities = List.copyOf(Quantity.in(tokens));
        question = Question.in(tokens);
        negations = Negations.in(tokens);
        titleCase = isTitleCase(tokens);
        oneCase = isOneCase(tokens);
        backquoted = backquoted(scanned);
    }

    /** Reads a text of any length. */
    public static Reading of(String text) {
        return new Reading(text);
    }

    /** The text as it was given. */
    public String text() {
        return text;
    }

    /**
     * The language it is written in: {@code en}, another ISO 639-1 code, or {@code und} where too few words tell.
     *
     * <p>Guards that know words judge English alone: for any other language, and for {@code und}, expect less of them.
     */
    public String language() {
        return language;
    }

    /** Whether it is surely written in another language than English, whose words guards do not know. */
    public boolean isForeign() {
        return !language.equals(Language.ENGLISH) && !language.equals(Language.UNKNOWN);
    }

    /** Whether it says anything of a moment that is near the one at which it is read: {@code tomorrow}, {@code on Monday}. */
    public boolean isNearInTime() {
        return TimeWords.near(typed);
    }

    /** Whether its answer depends on when it is asked: {@code today}, {@code latest}, {@code weather}. */
    public boolean isTimeSensitive() {
        return timeSensitive;
    }

    /** Whether it is surely English. */
    boolean isEnglish() {
        return language.equals(Language.ENGLISH);
    }

    /** Whether none of its letters is a capital, or none is small. */
    boolean isOneCase() {
        return oneCase;
    }

    /** Whether a word stands between backquotes. */
    boolean isInBackquotes(String word) {
        return backquoted.contains(word);
    }

    /** Whether all of it was looked at. */
    boolean isWhole() {
        return whole;
    }

    List<Token> tokens() {
        return tokens;
    }

    /** The same before phrases became one word for all that say the same. */
    List<Token> typed() {
        return typed;
    }

    List<Quantity> quantities() {
        return quantities;
    }

    /** See {@link Signs}. */
    List<String> signs() {
        return signs;
    }

    /** Whether a word or a sign of it names a unit, wherever it stands; see {@link Quantity#unitOf}. */
    boolean names(String unit) {
        return tokens.stream().anyMatch(token -> unit.equals(Quantity.unitOf(token.lower())))
                || signs.stream().anyMatch(sign -> Signs.unitsOf(sign).contains(unit));
    }

    /** What stands between quotation marks, in lower case. */
    List<String> quotations() {
        return quotations;
    }

    Question question() {
        return question;
    }

    Negations negations() {
        return negations;
    }

    /** Whether capitals say nothing here: most words have one, or all letters are capitals. */
    boolean isTitleCase() {
        return titleCase;
    }

    private static List<String> quotations(List<Token> tokens) {
        List<String> found = new ArrayList<>();
        int from = -1;
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).kind() == Token.Kind.QUOTE) {
                if (from >= 0 && i > from) {
                    found.add(words(tokens.subList(from, i)));
                    from = -1;
                } else {
                    from = i + 1;
                }
            }
        }
        return List.copyOf(found);
    }

    private static String words(List<Token> tokens) {
        var words = new StringBuilder();
        for (Token token : tokens) {
            if (!token.isMark()) {
                words.append(words.isEmpty() ? "" : " ").append(token.lower());
            }
        }
        return words.toString();
    }

    private static boolean isOneCase(List<Token> tokens) {
        boolean capitals = false;
        boolean small = false;
        for (Token token : tokens) {
            if (token.isWord()) {
                String surface = token.surface();
                capitals |= !surface.equals(surface.toLowerCase(Locale.ROOT));
                small |= !surface.equals(surface.toUpperCase(Locale.ROOT));
            }
        }
        return !capitals || !small;
    }

    private static Set<String> backquoted(List<Token> tokens) {
        Set<String> words = new HashSet<>();
        boolean inside = false;
        for (Token token : tokens) {
            if (token.kind() == Token.Kind.QUOTE && token.surface().equals("`")) {
                inside = !inside;
            } else if (inside && token.isWord()) {
                words.add(token.surface());
            }
        }
        return Set.copyOf(words);
    }

    private static boolean isTitleCase(List<Token> tokens) {
        int words = 0;
        int capitals = 0;
        for (Token token : tokens) {
            if (token.isWord() && !token.opening() && token.surface().length() > 1) {
                words++;
                capitals += token.isCapital() ? 1 : 0;
            }
        }
        return words >= 3 && capitals * 10 > words * 6;
    }
}
