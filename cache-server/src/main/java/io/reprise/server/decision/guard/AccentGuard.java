package io.reprise.server.decision.guard;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Words that are equal but for accents are equal with them: {@code compro}, {@code compró}.
 *
 * <p>Models that fold accents away cannot tell such words apart. In an English text words that came with an accent are
 * typed without
 * it too ({@code café}, {@code cafe}); only those that are listed, and only where the other text has no accent at all.
 */
final class AccentGuard implements Guard {
    private static final Set<String> BORROWED =
            Set.copyOf(WordFile.read("borrowed.txt").all());

    @Override
    public String name() {
        return "accent";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        boolean typedPlainly = pair.asked().isEnglish()
                && pair.cached().isEnglish()
                && (isPlain(pair.asked().text()) || isPlain(pair.cached().text()));
        List<Token> asked = pair.asked().tokens();
        List<Token> cached = pair.cached().tokens();
        for (int i = 0; i < asked.size(); i++) {
            int partner = pair.partnerOfAsked(i);
            if (partner < 0) {
                continue;
            }
            String one = asked.get(i).surface();
            String other = cached.get(partner).surface();
            if (!marks(one).equals(marks(other))
                    && differ(one, other)
                    && !(typedPlainly && BORROWED.contains(asked.get(i).lower()))) {
                return Difference.between("another accent", one, other);
            }
        }
        return null;
    }

    /**
     * Whether nothing but accents makes two words differ in accents; "cafés" and "café" may differ in their endings.
     */
    private static boolean differ(String one, String other) {
        String a = Scanner.fold(one.toLowerCase(Locale.ROOT));
        String b = Scanner.fold(other.toLowerCase(Locale.ROOT));
        return a.equals(b) || !marks(one).isEmpty() || !marks(other).isEmpty();
    }

    /** The combining marks of a word, in its order. */
    private static String marks(String word) {
        if (isPlain(word)) {
            return "";
        }
        var marks = new StringBuilder();
        for (char c : Normalizer.normalize(word, Normalizer.Form.NFD).toCharArray()) {
            if (CodeShape.isCombining(c)) {
                marks.append(c);
            }
        }
        return marks.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0xC0 && Character.isLetter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
