package io.reprise.server.decision.guard;

/** Both texts are in the same language, as far as it can be told. */
final class LanguageGuard implements Guard {
    @Override
    public String name() {
        return "language";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        String asked = pair.asked().language();
        String cached = pair.cached().language();
        return !asked.equals(cached) && !asked.equals(Language.UNKNOWN) && !cached.equals(Language.UNKNOWN);
    }
}
