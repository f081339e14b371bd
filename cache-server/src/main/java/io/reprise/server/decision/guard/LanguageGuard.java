package io.reprise.server.decision.guard;

import org.jspecify.annotations.Nullable;

/** Texts that share no word are in the same language, as far as it can be told. */
final class LanguageGuard implements Guard {
    private static final int SHORTEST = 3;

    @Override
    public String name() {
        return "language";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        String asked = pair.asked().language();
        String cached = pair.cached().language();
        boolean differ = !asked.equals(cached) && !asked.equals(Language.UNKNOWN) && !cached.equals(Language.UNKNOWN);
        // A prompt about words of another language is taken for one in that language.
        boolean apart = pair.sharedContent() == 0 && isLong(pair.asked()) && isLong(pair.cached());
        return differ && apart ? Difference.between("another language", asked, cached) : null;
    }

    /** Whether its language was told by more than units and abbreviations. */
    private static boolean isLong(Reading reading) {
        int words = 0;
        for (Token token : reading.tokens()) {
            words += token.isWord() && token.surface().length() > 1 && !token.isAllCapitals() ? 1 : 0;
        }
        return words >= SHORTEST;
    }
}
