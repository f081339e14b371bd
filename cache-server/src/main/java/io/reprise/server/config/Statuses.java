package io.reprise.server.config;

import java.util.Set;

/** A setting's set of HTTP statuses. */
record Statuses(Set<Integer> all) {
    Statuses {
        all = Set.copyOf(all);
    }
}
