package io.reprise.server.decision.guard;

import org.jspecify.annotations.Nullable;

/** A text too long to be looked at whole has no near texts: it passes beside its equal alone. */
final class LengthGuard implements Guard {
    @Override
    public String name() {
        return "length";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        Reading asked = pair.asked();
        Reading cached = pair.cached();
        boolean whole = asked.isWhole() && cached.isWhole();
        return whole || asked.text().equals(cached.text()) ? null : "too long to compare";
    }
}
