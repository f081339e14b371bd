package io.reprise.server.http;

import java.util.UUID;

/** Ids of lookups: random, so that nobody can guess another caller's. */
final class LookupIds {
    private LookupIds() {}

    static String next() {
        return "lk-" + UUID.randomUUID();
    }
}
