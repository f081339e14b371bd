package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of English words: their role, spelling, inflection, whether they are common words or names.
 *
 * <p>Immutable; read once from the resources beside this class.
 */
final class Lexicon {
    /** The lists that come with the server. */
    static final Lexicon ENGLISH = new Lexicon();

    private static final Set<String> IS_BEFORE_APOSTROPHE = Set.of(
            "what", "who", "where", "when", "why", "how", "it", "that", "there", "here", "he", "she", "which", "this",
            "whats");

    private final Map<String, String> irregular;
    private final Map<String, String> spellings;
    private final Map<String, List<String>> contractions;
    private final Set<String> function;
    private final Set<String> filler;
    private final Set<String> common;
    private final Set<String> commonForms;
    private final Set<String> names;

    private Lexicon() {
        irregular = pairs("irregular.txt");
        spellings = pairs("spellings.txt");
        contractions = new HashMap<>();
        pairs("contractions.txt").forEach((word, parts) -> contractions.put(word, List.of(parts.split("_"))));
        WordFile words = WordFile.read("words.txt");
        function = Set.copyOf(words.section("function"));
        filler = Set.copyOf(words.section("filler"));
        names = new HashSet<>();
        WordFile.read("names.txt").all().forEach(name -> names.add(spelling(name)));
        WordFile.read("names-learned.txt").all().forEach(name -> names.add(spelling(name)));
        common = new HashSet<>(words.all());
        WordFile.read("vocabulary.txt").all().forEach(word -> common.add(spelling(word)));
        for (String resource : List.of("opposites.txt", "kinds.txt", "irregular.txt")) {
            for (List<String> line : WordFile.lines(resource)) {
                line.forEach(word -> common.add(spelling(word)));
            }
        }
        common.removeAll(names);
        commonForms = new HashSet<>();
        common.forEach(word -> commonForms.add(form(word)));
    }

    private static Map<String, String> pairs(String resource) {
        Map<String, String> pairs = new HashMap<>();
        for (List<String> line : WordFile.lines(resource)) {
            line.subList(1, line.size()).forEach(other -> pairs.put(other, line.getFirst()));
        }
        return pairs;
    }

    /** What a word in lower case, with straight apostrophes, stands for: one word or several. */
    List<String> contraction(String word) {
        List<String> known = contractions.get(word);
        if (known != null) {
            return known;
        }
        int apostrophe = word.lastIndexOf('\'');
        if (apostrophe <= 0) {
            return List.of(word);
        }
        String head = word.substring(0, apostrophe);
        return switch (word.substring(apostrophe)) {
            case "'t" -> head.endsWith("n") ? List.of(head.substring(0, head.length() - 1), "not") : List.of(word);
            case "'re" -> List.of(head, "are");
            case "'ve" -> List.of(head, "have");
            case "'ll" -> List.of(head, "will");
            case "'d" -> List.of(head, "would");
            case "'m" -> List.of(head, "am");
            case "'s" -> List.of(head, IS_BEFORE_APOSTROPHE.contains(head) ? "is" : "'s");
            default -> List.of(word);
        };
    }

    /** One spelling of those that differ between countries. */
    String spelling(String word) {
        String known = spellings.get(word);
        return known != null ? known : Inflection.spelling(word);
    }

    /** What a word's inflections share. */
    String form(String word) {
        String known = irregular.get(word);
        return Inflection.stem(known != null ? known : word);
    }

    Role role(String word) {
        if (filler.contains(word)) {
            return Role.FILLER;
        }
        return function.contains(word) ? Role.FUNCTION : Role.CONTENT;
    }

    /** Whether it is an ordinary word of English, in any inflection. */
    boolean isCommon(Token token) {
        return common.contains(token.lower()) || commonForms.contains(token.form());
    }

    /** Whether it is known as a name of somebody or something, and seldom anything else. */
    boolean isName(Token token) {
        return names.contains(token.lower())
                || (token.lower().endsWith("s")
                        && names.contains(
                                token.lower().substring(0, token.lower().length() - 1)));
    }

    boolean isKnown(Token token) {
        return isCommon(token) || isName(token);
    }
}
