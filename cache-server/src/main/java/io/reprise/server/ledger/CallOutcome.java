package io.reprise.server.ledger;

import java.util.Locale;

/** How a finished call was answered; the names of {@code x-reprise-outcome}, in capitals. */
public enum CallOutcome {
    /** From the cache: the same text in the same scope. */
    EXACT,
    /** From the cache: a text of the same meaning. */
    SEMANTIC,
    /** Looked up, not found, and answered upstream if it was answered. */
    MISS,
    /** Not looked up. */
    BYPASS,
    /** By the upstream answer to an equal call that was under way. */
    COALESCED,
    /** By a rule of the operator's, which wrote the answer. */
    RULE,
    /** Not at all: a limit or a budget forbade it. */
    REFUSED;

    /** Its name in headers, labels and reports. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True when the client got an answer of upstream's that upstream was not asked for on its behalf. */
    boolean isAnsweredWithoutUpstream() {
        return switch (this) {
            case EXACT, SEMANTIC, COALESCED -> true;
            case MISS, BYPASS, RULE, REFUSED -> false;
        };
    }
}
