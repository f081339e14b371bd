package io.reprise.benchmarks.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes pairs out of single texts by small edits: some that change what is asked, some that change nothing. Labelled questions hold
 * few of either, because people seldom ask the opposite of what was asked before. Deterministic.
 */
final class HardEdits {

    /**
     * A text and what became of it.
     *
     * @param same whether the answer stays the same
     */
    record Edit(String kind, String from, String to, boolean same) {}

    private static final List<String> VERBS = List.of(
            "is", "are", "was", "were", "do", "does", "did", "can", "could", "should", "will", "would", "has", "have");

    /** Each exchanged for the other. */
    private static final String[][] OPPOSITES = {
        {"increase", "decrease"},
        {"best", "worst"},
        {"good", "bad"},
        {"more", "less"},
        {"gain", "lose"},
        {"buy", "sell"},
        {"before", "after"},
        {"start", "stop"},
        {"open", "close"},
        {"first", "last"},
        {"big", "small"},
        {"high", "low"},
        {"men", "women"},
        {"man", "woman"},
        {"boys", "girls"},
        {"boy", "girl"},
        {"male", "female"},
        {"old", "new"},
        {"love", "hate"},
        {"easy", "hard"},
        {"fast", "slow"},
        {"hot", "cold"},
        {"legal", "illegal"},
        {"possible", "impossible"},
        {"rich", "poor"},
        {"same", "different"},
        {"with", "without"},
        {"win", "lose"},
        {"learn", "teach"},
        {"send", "receive"},
        {"import", "export"},
        {"maximum", "minimum"},
        {"upper", "lower"},
        {"north", "south"},
        {"east", "west"},
        {"always", "never"},
        {"install", "uninstall"},
        {"enable", "disable"},
        {"public", "private"},
        {"internal", "external"},
        {"left", "right"},
        {"long", "short"},
        {"strong", "weak"},
        {"remove", "add"},
        {"advantages", "disadvantages"},
        {"husband", "wife"},
        {"father", "mother"},
        {"black", "white"},
        {"positive", "negative"},
        {"import", "export"},
        {"most", "least"},
        {"early", "late"},
        {"day", "night"}
    };

    private static final String[][] QUESTION_WORDS = {
        {"how", "why"}, {"what", "who"}, {"where", "when"}, {"when", "why"}, {"who", "when"}
    };

    private static final String[][] SHORT_FORMS = {
        {"what is", "what's"},
        {"how is", "how's"},
        {"do not", "don't"},
        {"does not", "doesn't"},
        {"can not", "can't"},
        {"cannot", "can't"},
        {"is not", "isn't"},
        {"are not", "aren't"},
        {"i am", "i'm"},
        {"i have", "i've"},
        {"it is", "it's"},
        {"who is", "who's"},
        {"where is", "where's"},
        {"will not", "won't"},
        {"did not", "didn't"},
        {"would not", "wouldn't"},
        {"should not", "shouldn't"},
        {"you are", "you're"}
    };

    private static final String[][] SPELLINGS = {
        {"color", "colour"}, {"favorite", "favourite"}, {"organization", "organisation"}, {"realize", "realise"},
        {"center", "centre"}, {"behavior", "behaviour"}, {"program", "programme"}, {"learned", "learnt"},
        {"analyze", "analyse"}, {"optimize", "optimise"}, {"traveling", "travelling"}, {"gray", "grey"},
        {"defense", "defence"}, {"humor", "humour"}, {"neighbor", "neighbour"}, {"labor", "labour"},
        {"recognize", "recognise"}, {"theater", "theatre"}, {"email", "e-mail"}
    };

    private static final List<String> BEFORE = List.of(
            "Please tell me: ",
            "Could you tell me, ",
            "I would like to know: ",
            "Quick question: ",
            "Hi, ",
            "Hello! ",
            "Can you help me? ",
            "Hey there, ",
            "Kindly explain: ",
            "I was wondering, ");
    private static final List<String> AFTER = List.of(
            " Thanks!", " Thank you.", " please", " Please help.", " Thanks in advance!", " Any help is welcome.");

    private final Random random;
    private final List<String> names = new ArrayList<>();
    private final List<String> commonWords;

    /**
     * @param texts whose names may take each other's place
     * @param commonWords that may take a place in a text
     */
    HardEdits(List<String> texts, List<String> commonWords, long seed) {
        this.random = new Random(seed);
        this.commonWords = List.copyOf(commonWords);
        for (String text : texts) {
            String[] words = text.split(" ", -1);
            for (int i = 1; i < words.length; i++) {
                if (isName(words[i])) {
                    names.add(words[i]);
                }
            }
        }
    }

    /** Every edit that a text allows, some drawn by chance. */
    List<Edit> of(String text) {
        String[] words = text.split(" ", -1);
        List<Edit> edits = new ArrayList<>();
        add(edits, "negation", text, negated(words), false);
        add(edits, "number", text, otherNumber(words), false);
        add(edits, "opposite", text, exchanged(words, OPPOSITES), false);
        add(
                edits,
                "question word",
                text,
                exchanged(Arrays.copyOf(words, Math.min(1, words.length)), QUESTION_WORDS, words),
                false);
        add(edits, "name", text, otherName(words), false);
        add(edits, "order", text, swapped(words), false);
        add(edits, "detail", text, withDetail(words), false);
        if (random.nextInt(2) == 0) {
            add(
                    edits,
                    "case",
                    text,
                    random.nextBoolean() ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT),
                    true);
        }
        add(edits, "typo", text, mistyped(words), true);
        add(edits, "polite", text, polite(text), true);
        add(edits, "short form", text, phrase(text, SHORT_FORMS), true);
        add(edits, "spelling", text, exchanged(words, SPELLINGS), true);
        if (random.nextInt(3) == 0) {
            add(edits, "punctuation", text, text.replaceAll("[?.!,]", "").strip(), true);
        }
        return edits;
    }

    private static void add(List<Edit> edits, String kind, String from, @Nullable String to, boolean same) {
        if (to != null && !to.isBlank() && !to.equals(from)) {
            edits.add(new Edit(kind, from, to, same));
        }
    }

    private @Nullable String negated(String[] words) {
        for (int i = 0; i < words.length; i++) {
            String lower = words[i].toLowerCase(Locale.ROOT);
            if (lower.equals("not") || lower.equals("never")) {
                return without(words, i);
            }
            if (VERBS.contains(lower)) {
                // After a question's verb stands its subject, after another's the rest.
                int at = i == 0 ? Math.min(words.length, i + 2) : i + 1;
                return random.nextInt(3) == 0 && i > 0
                        ? with(words, i, words[i] + "n't")
                        : inserted(words, at, random.nextInt(4) == 0 ? "never" : "not");
            }
        }
        return null;
    }

    private @Nullable String otherNumber(String[] words) {
        for (int i = 0; i < words.length; i++) {
            String digits = words[i].replaceAll("[^0-9]", "");
            if (!digits.isEmpty() && digits.length() < 9) {
                int value = Integer.parseInt(digits);
                int other = random.nextBoolean() ? value + 1 + random.nextInt(9) : Math.max(0, value / 2 - 1);
                if (other != value) {
                    return with(words, i, words[i].replaceFirst("[0-9]+", Integer.toString(other)));
                }
            }
        }
        return null;
    }

    private @Nullable String otherName(String[] words) {
        int from = random.nextInt(Math.max(1, words.length));
        for (int i = 0; i < words.length; i++) {
            int at = (from + i) % words.length;
            if (at > 0 && isName(words[at]) && !names.isEmpty()) {
                String name = names.get(random.nextInt(names.size()));
                return with(words, at, name + tail(words[at]));
            }
        }
        return null;
    }

    private @Nullable String swapped(String[] words) {
        for (int i = 1; i + 1 < words.length; i++) {
            String link = words[i].toLowerCase(Locale.ROOT);
            boolean directed = List.of("to", "from", "than", "over", "into", "of", "without", "by")
                    .contains(link);
            if (directed && words[i - 1].length() > 3 && bare(words[i + 1]).length() > 3) {
                String[] other = words.clone();
                other[i - 1] = bare(words[i + 1]);
                other[i + 1] = words[i - 1] + tail(words[i + 1]);
                return String.join(" ", other);
            }
        }
        return null;
    }

    /** A word of other texts before the last word: another question, as far as it is one. */
    private @Nullable String withDetail(String[] words) {
        if (words.length < 3 || commonWords.isEmpty()) {
            return null;
        }
        String word = commonWords.get(random.nextInt(commonWords.size()));
        return random.nextBoolean()
                ? inserted(words, words.length - 1, word)
                : with(words, words.length - 1, word + tail(words[words.length - 1]));
    }

    private @Nullable String mistyped(String[] words) {
        int from = random.nextInt(Math.max(1, words.length));
        for (int i = 0; i < words.length; i++) {
            int at = (from + i) % words.length;
            String word = words[at];
            if (word.length() >= 5 && word.chars().allMatch(Character::isLetter)) {
                int c = 1 + random.nextInt(word.length() - 2);
                String typo =
                        switch (random.nextInt(4)) {
                            case 0 -> word.substring(0, c) + word.substring(c + 1);
                            case 1 -> word.substring(0, c) + word.charAt(c) + word.substring(c);
                            case 2 -> word.substring(0, c) + (char) ('a' + random.nextInt(26)) + word.substring(c + 1);
                            default ->
                                word.substring(0, c) + word.charAt(c + 1) + word.charAt(c) + word.substring(c + 2);
                        };
                return with(words, at, typo);
            }
        }
        return null;
    }

    private String polite(String text) {
        return switch (random.nextInt(3)) {
            case 0 -> BEFORE.get(random.nextInt(BEFORE.size())) + text;
            case 1 -> text + AFTER.get(random.nextInt(AFTER.size()));
            default ->
                BEFORE.get(random.nextInt(BEFORE.size()))
                        + Character.toLowerCase(text.charAt(0))
                        + text.substring(1)
                        + AFTER.get(random.nextInt(AFTER.size()));
        };
    }

    private static @Nullable String phrase(String text, String[][] forms) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String[] form : forms) {
            int at = lower.indexOf(form[0]);
            if (at >= 0 && (at == 0 || lower.charAt(at - 1) == ' ')) {
                String shortened = at == 0 ? Character.toUpperCase(form[1].charAt(0)) + form[1].substring(1) : form[1];
                return text.substring(0, at) + shortened + text.substring(at + form[0].length());
            }
        }
        return null;
    }

    private static @Nullable String exchanged(String[] words, String[][] pairs) {
        return exchanged(words, pairs, words);
    }

    /** Exchanges the first of some words that a pair names. */
    private static @Nullable String exchanged(String[] looked, String[][] pairs, String[] words) {
        for (int i = 0; i < looked.length; i++) {
            String lower = bare(looked[i]).toLowerCase(Locale.ROOT);
            for (String[] pair : pairs) {
                String other = lower.equals(pair[0]) ? pair[1] : lower.equals(pair[1]) ? pair[0] : null;
                if (other != null) {
                    boolean capital = Character.isUpperCase(words[i].charAt(0));
                    String put = capital ? Character.toUpperCase(other.charAt(0)) + other.substring(1) : other;
                    return with(words, i, put + tail(words[i]));
                }
            }
        }
        return null;
    }

    private static boolean isName(String word) {
        String bare = bare(word);
        return bare.length() > 2
                && Character.isUpperCase(bare.charAt(0))
                && bare.chars().allMatch(Character::isLetter);
    }

    private static String bare(String word) {
        return word.substring(0, word.length() - tail(word).length());
    }

    /** The punctuation at the end of a word. */
    private static String tail(String word) {
        int end = word.length();
        while (end > 0 && !Character.isLetterOrDigit(word.charAt(end - 1))) {
            end--;
        }
        return word.substring(end);
    }

    private static String with(String[] words, int at, String word) {
        String[] other = words.clone();
        other[at] = word;
        return String.join(" ", other);
    }

    private static String without(String[] words, int at) {
        List<String> rest = new ArrayList<>(List.of(words));
        rest.remove(at);
        return String.join(" ", rest);
    }

    private static String inserted(String[] words, int at, String word) {
        List<String> more = new ArrayList<>(List.of(words));
        more.add(Math.min(at, more.size()), word);
        return String.join(" ", more);
    }
}
