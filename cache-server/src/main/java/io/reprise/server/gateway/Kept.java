package io.reprise.server.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Whether an answer is in the cache, as far as it is known when its head leaves.
 *
 * @param stored whether it is, for sure
 * @param whyNot why it is not and will not be, in one word, or null where nothing is to be said
 */
record Kept(boolean stored, @Nullable String whyNot) {
    static final Kept STORED = new Kept(true, null);
    /** Nobody wanted it stored, or it is not known yet. */
    static final Kept UNSAID = new Kept(false, null);

    static Kept not(String why) {
        return new Kept(false, why);
    }
}
