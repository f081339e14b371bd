package io.reprise.server.config;

import java.util.List;

/** A setting's list of words, in the order given and each once. */
record Words(List<String> all) {
    Words {
        all = List.copyOf(all);
    }
}
