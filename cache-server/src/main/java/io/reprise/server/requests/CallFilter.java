package io.reprise.server.requests;

import org.jspecify.annotations.Nullable;

/** Which calls, by their names; null is any. */
public record CallFilter(
        @Nullable String key,
        @Nullable String team,
        @Nullable String user,
        @Nullable String tag,
        @Nullable String model,
        @Nullable String endpoint,
        @Nullable String outcome) {
    /** Every call. */
    public static final CallFilter ALL = new CallFilter(null, null, null, null, null, null, null);

    /** The same of one key alone. */
    public CallFilter withKey(@Nullable String other) {
        return new CallFilter(other, team, user, tag, model, endpoint, outcome);
    }
}
