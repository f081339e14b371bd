package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words that exclude each other: opposites, and the members of a kind such as colours or relatives. */
final class Opposites {
    /** The lists that come with the server. */
    static final Opposites ENGLISH = new Opposites(Lexicon.ENGLISH);

    private static final String[] NEGATIVE_PREFIXES = {"un", "in", "im", "il", "ir", "dis", "non", "mis", "de", "anti"};

    /** How sure it is that two words make a difference. */
    enum Strength {
        NONE,
        /** Words with many uses ("on", "off"): they differ where nothing else does. */
        WEAK,
        STRONG
    }

    private final Map<String, Set<String>> strong = new HashMap<>();
    private final Map<String, Set<String>> weak = new HashMap<>();
    private final Map<String, List<Member>> members = new HashMap<>();

    private record Member(int kind, int number) {}

    private Opposites(Lexicon lexicon) {
        for (String line : WordFile.text("opposites.txt")) {
            boolean isWeak = line.startsWith("?");
            String[] sides = (isWeak ? line.substring(1) : line).split("~", -1);
            if (sides.length != 2) {
                throw new IllegalStateException("opposites need two sides: " + line);
            }
            for (String one : forms(lexicon, sides[0])) {
                for (String other : forms(lexicon, sides[1])) {
                    Map<String, Set<String>> map = isWeak ? weak : strong;
                    map.computeIfAbsent(one, form -> new HashSet<>()).add(other);
                    map.computeIfAbsent(other, form -> new HashSet<>()).add(one);
                }
            }
        }
        int kind = 0;
        for (String line : WordFile.text("kinds.txt")) {
            int number = 0;
            for (String synonyms : line.substring(line.indexOf(':') + 1).split("/", -1)) {
                for (String form : forms(lexicon, synonyms)) {
                    members.computeIfAbsent(form, key -> new ArrayList<>(1)).add(new Member(kind, number));
                }
                number++;
            }
            kind++;
        }
    }

    private static List<String> forms(Lexicon lexicon, String words) {
        List<String> forms = new ArrayList<>();
        for (String word : words.strip().split("\\s+", -1)) {
            forms.add(lexicon.form(lexicon.spelling(word)));
        }
        return forms;
    }

    /** How surely two words exclude each other. */
    Strength between(Token one, Token other) {
        if (strong.getOrDefault(one.form(), Set.of()).contains(other.form())
                || sameKind(one, other)
                || isOpposition(one, other)) {
            return Strength.STRONG;
        }
        return weak.getOrDefault(one.form(), Set.of()).contains(other.form()) ? Strength.WEAK : Strength.NONE;
    }

    /** Whether the words are different members of one kind. */
    private boolean sameKind(Token one, Token other) {
        List<Member> those = members.get(other.form());
        if (those == null) {
            return false;
        }
        for (Member a : members.getOrDefault(one.form(), List.of())) {
            for (Member b : those) {
                if (a.kind == b.kind) {
                    return a.number != b.number;
                }
            }
        }
        return false;
    }

    /** Whether one word is the other's negative. */
    static boolean isOpposition(Token one, Token other) {
        return isNegated(one, other) || isNegated(other, one);
    }

    /** How many of the words are the negative of one of the others: {@code unhappy} of {@code happy}. */
    static int negatedIn(List<Token> these, List<Token> those) {
        int count = 0;
        for (Token one : these) {
            for (Token other : those) {
                if (isNegated(one, other)) {
                    count++;
                    break;
                }
            }
        }
        return count;
    }

    /** Whether the first word is the second with a negative prefix, or without {@code -ful} and with {@code -less}. */
    private static boolean isNegated(Token negative, Token positive) {
        String n = negative.form();
        String p = positive.form();
        if (p.length() < 3 || n.length() < 5) {
            return false;
        }
        for (String prefix : NEGATIVE_PREFIXES) {
            if (n.length() == prefix.length() + p.length() && n.startsWith(prefix) && n.endsWith(p)) {
                return true;
            }
        }
        return (n.endsWith("les") || n.endsWith("less"))
                && p.endsWith("ful")
                && n.startsWith(p.substring(0, p.length() - 3))
                && n.length() <= p.length() + 1;
    }
}
