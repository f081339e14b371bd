package io.reprise.server.decision.guard;

/** A text too long to be looked at whole has no near texts: it passes beside its equal alone. */
final class LengthGuard implements Guard {
    @Override
    public String name() {
        return "length";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        Reading asked = pair.asked();
        Reading cached = pair.cached();
        return (!asked.isWhole() || !cached.isWhole()) && !asked.text().equals(cached.text());
    }
}
