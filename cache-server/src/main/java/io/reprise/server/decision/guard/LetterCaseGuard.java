package io.reprise.server.decision.guard;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Words whose case tells them apart have the same: code, identifiers such as {@code myVar}, single letters, units, and
 * words that are
 * another word with a capital ({@code Polish}, {@code polish}).
 *
 * <p>Sentences begin with capitals: a word all in small letters, with a first capital, or all in capitals is the same
 * word. People type
 * whole texts without a capital or with nothing else: where more words differ so, none tells, but for command-line
 * flags and what
 * stands in backquotes. Names of products and hosts are typed as it comes.
 */
final class LetterCaseGuard implements Guard {
    private static final WordFile WORDS = WordFile.read("letter-case.txt");
    private static final Set<String> NAMES = Set.copyOf(WORDS.section("names"));
    private static final Set<String> OTHER_WORDS = Set.copyOf(WORDS.section("other-words"));
    private static final Set<String> UNITS = Set.copyOf(WORDS.section("units"));
    private static final Set<String> HOSTS =
            Set.of("js", "net", "com", "org", "io", "ai", "gov", "edu", "co", "uk", "de", "dev", "app");

    @Override
    public String name() {
        return "letter-case";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        if (!pair.isEdit()) {
            return null;
        }
        List<Token> asked = pair.asked().tokens();
        List<Token> cached = pair.cached().tokens();
        for (int i = 0; i < asked.size(); i++) {
            int partner = pair.partnerOfAsked(i);
            if (partner < 0) {
                continue;
            }
            Token one = asked.get(i);
            Token other = cached.get(partner);
            boolean onlyCase =
                    !one.surface().equals(other.surface()) && one.surface().equalsIgnoreCase(other.surface());
            if (onlyCase && tells(pair, i, partner)) {
                return Difference.between("another case", one.surface(), other.surface());
            }
        }
        return null;
    }

    private static boolean tells(Alignment pair, int inAsked, int inCached) {
        List<Token> asked = pair.asked().tokens();
        List<Token> cached = pair.cached().tokens();
        Token one = asked.get(inAsked);
        Token other = cached.get(inCached);
        if (one.kind() == Token.Kind.CODE || other.kind() == Token.Kind.CODE) {
            return CodeShape.isFlag(one.surface(), 0, one.surface().length())
                    || !(isName(one.surface()) || isTypedOtherwise(pair, inAsked));
        }
        String lower = one.surface().toLowerCase(Locale.ROOT);
        if (pair.asked().isInBackquotes(one.surface()) && pair.cached().isInBackquotes(other.surface())) {
            return true;
        }
        if (isTypedOtherwise(pair, inAsked)) {
            return false;
        }
        boolean unit = UNITS.contains(lower) && (follows(asked, inAsked) || follows(cached, inCached));
        if (!unit && (isMixed(one.surface()) || isMixed(other.surface()))) {
            boolean bothMixed = isMixed(one.surface()) && isMixed(other.surface());
            return !NAMES.contains(lower)
                    && !Lexicon.ENGLISH.isName(one)
                    && (bothMixed || !Lexicon.ENGLISH.isCommon(one));
        }
        boolean letter = !one.joined()
                && lower.codePointCount(0, lower.length()) == 1
                && !lower.equals("i")
                && !lower.equals("a");
        boolean word = OTHER_WORDS.contains(lower) && !one.opening() && !other.opening();
        return letter || unit || word;
    }

    private static boolean follows(List<Token> tokens, int at) {
        return at > 0 && tokens.get(at - 1).kind() == Token.Kind.NUMBER;
    }

    /** Whether another word differs in case as well, and one of the texts has no capital or no small letter at all. */
    private static boolean isTypedOtherwise(Alignment pair, int except) {
        if (!pair.asked().isOneCase() && !pair.cached().isOneCase()) {
            return false;
        }
        List<Token> asked = pair.asked().tokens();
        for (int i = 0; i < asked.size(); i++) {
            int partner = pair.partnerOfAsked(i);
            if (i != except && partner >= 0 && asked.get(i).isWord()) {
                String one = asked.get(i).surface();
                String other = pair.cached().tokens().get(partner).surface();
                if (!one.equals(other) && one.equalsIgnoreCase(other)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@code example.org}, {@code Node.js}, {@code C++}. */
    private static boolean isName(String code) {
        int dot = code.lastIndexOf('.');
        for (int i = 0; i < code.length(); i++) {
            if (!Character.isLetter(code.charAt(i)) && ".-+#".indexOf(code.charAt(i)) < 0) {
                return false;
            }
        }
        boolean language = code.length() <= 3 && (code.endsWith("+") || code.endsWith("#"));
        return language || (dot >= 0 && HOSTS.contains(code.substring(dot + 1).toLowerCase(Locale.ROOT)));
    }

    /** Whether it is neither small but for its first letter nor all capitals: {@code myVar}, {@code mB}. */
    private static boolean isMixed(String word) {
        if (word.isEmpty()) {
            return false;
        }
        int first = word.offsetByCodePoints(0, 1);
        String rest = word.substring(first);
        boolean small = rest.equals(rest.toLowerCase(Locale.ROOT));
        boolean capitals = word.equals(word.toUpperCase(Locale.ROOT));
        return !small && !capitals;
    }
}
