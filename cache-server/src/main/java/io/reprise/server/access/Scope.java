package io.reprise.server.access;

import io.reprise.server.ledger.Payer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whom a budget or a limit holds for, written {@code global}, {@code key:ID}, {@code team:NAME}, {@code user:NAME}, {@code tag:NAME} or
 * {@code model:PATTERN}.
 *
 * @param name of the key, team, user or tag, or the pattern of models; empty for all calls
 */
public record Scope(Kind kind, String name) {
    /** What a scope is named by. */
    public enum Kind {
        GLOBAL,
        KEY,
        TEAM,
        USER,
        TAG,
        MODEL;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** All calls. */
    public static final Scope GLOBAL = new Scope(Kind.GLOBAL, "");

    private static final String ALLOWED = "global, key:ID, team:NAME, user:NAME, tag:NAME or model:PATTERN";

    public Scope {
        if (name.isEmpty() != (kind == Kind.GLOBAL)) {
            throw new IllegalArgumentException("must be " + ALLOWED);
        }
    }

    /** Of the virtual key with this id. */
    public static Scope key(String id) {
        return new Scope(Kind.KEY, id);
    }

    /**
     * Reads a scope as it is written.
     *
     * @throws IllegalArgumentException when it is none; the message says what is allowed
     */
    public static Scope parse(String text) {
        if (text.equals("global")) {
            return GLOBAL;
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? "" : text.substring(colon + 1);
        if (name.isEmpty() || !Names.isName(name)) {
            throw new IllegalArgumentException("must be " + ALLOWED + ", " + Names.ALLOWED);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.GLOBAL && kind.word().equals(text.substring(0, colon))) {
                return new Scope(kind, name);
            }
        }
        throw new IllegalArgumentException("must be " + ALLOWED);
    }

    /** The scopes that a payer's calls are in, whatever the model. */
    static List<Scope> of(Payer payer) {
        List<Scope> scopes = new ArrayList<>();
        scopes.add(GLOBAL);
        if (payer.key() != null) {
            scopes.add(key(payer.key()));
        }
        if (payer.team() != null) {
            scopes.add(new Scope(Kind.TEAM, payer.team()));
        }
        if (payer.user() != null) {
            scopes.add(new Scope(Kind.USER, payer.user()));
        }
        payer.tags().forEach(tag -> scopes.add(new Scope(Kind.TAG, tag)));
        return scopes;
    }

    @Override
    public String toString() {
        return kind == Kind.GLOBAL ? "global" : kind.word() + ':' + name;
    }
}
