package io.reprise.server.decision.guard;

import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The language of a text, by its script, and for Latin script by the words that hold sentences together, which short texts have too.
 */
final class Language {
    static final String ENGLISH = "en";
    static final String UNKNOWN = "und";

    /** Languages by function word. */
    private static final Map<String, Set<String>> BY_WORD = new HashMap<>();

    static {
        WordFile words = WordFile.read("languages.txt");
        for (String language : words.names()) {
            words.section(language).forEach(word -> BY_WORD.computeIfAbsent(word, key -> new HashSet<>())
                    .add(language));
        }
    }

    private Language() {}

    static String of(List<Token> tokens) {
        Map<String, Integer> scripts = new HashMap<>();
        Map<String, Integer> latin = new HashMap<>();
        int words = 0;
        for (Token token : tokens) {
            if (!token.isWord()) {
                continue;
            }
            String language = ofScript(token.surface());
            if (!language.isEmpty()) {
                scripts.merge(language, token.surface().length(), Integer::sum);
                continue;
            }
            words++;
            String word = token.surface().toLowerCase(Locale.ROOT);
            for (String one : BY_WORD.getOrDefault(word, Set.of())) {
                latin.merge(one, 1, Integer::sum);
            }
        }
        String script = best(scripts);
        if (!script.equals(UNKNOWN) && scripts.getOrDefault(script, 0) >= words) {
            // Kana make a text with Chinese characters Japanese.
            return script.equals("zh") && scripts.containsKey("ja") ? "ja" : script;
        }
        return ofLatin(latin, tokens, words);
    }

    private static String ofLatin(Map<String, Integer> latin, List<Token> tokens, int words) {
        String best = best(latin);
        int english = latin.getOrDefault(ENGLISH, 0);
        int votes = latin.getOrDefault(best, 0);
        if (best.equals(ENGLISH) || (english == votes && english > 0)) {
            return ENGLISH;
        }
        if (votes >= 2 || (votes == 1 && words <= 4 && english == 0 && !isMostlyEnglish(tokens))) {
            return best;
        }
        return isMostlyEnglish(tokens) ? ENGLISH : UNKNOWN;
    }

    private static boolean isMostlyEnglish(List<Token> tokens) {
        int words = 0;
        int known = 0;
        for (Token token : tokens) {
            if (token.isWord()) {
                words++;
                known += Lexicon.ENGLISH.isCommon(token) ? 1 : 0;
            }
        }
        return known > 0 && known * 2 >= words;
    }

    private static String best(Map<String, Integer> counts) {
        String best = UNKNOWN;
        int most = 0;
        for (Map.Entry<String, Integer> one : counts.entrySet()) {
            if (one.getValue() > most || (one.getValue() == most && one.getKey().compareTo(best) < 0)) {
                best = one.getKey();
                most = one.getValue();
            }
        }
        return best;
    }

    /** The language that a script other than Latin stands for, the most spoken where there are several; empty for Latin. */
    private static String ofScript(String word) {
        for (int i = 0; i < word.length(); ) {
            int c = word.codePointAt(i);
            i += Character.charCount(c);
            if (c < 0x250 || !Character.isLetter(c)) {
                continue;
            }
            UnicodeScript script = UnicodeScript.of(c);
            String language =
                    switch (script) {
                        case HANGUL -> "ko";
                        case HIRAGANA, KATAKANA -> "ja";
                        case HAN -> "zh";
                        case CYRILLIC -> "ru";
                        case GREEK -> word.length() > 2 ? "el" : "";
                        case ARABIC -> "ar";
                        case HEBREW -> "he";
                        case DEVANAGARI -> "hi";
                        case THAI -> "th";
                        case LATIN, COMMON, INHERITED, UNKNOWN -> "";
                        default -> "x-" + script.name().toLowerCase(Locale.ROOT);
                    };
            if (!language.isEmpty()) {
                return language;
            }
        }
        return "";
    }
}
