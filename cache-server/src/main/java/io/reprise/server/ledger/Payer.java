package io.reprise.server.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who pays for a call: the virtual key it was made with and what that key stands for.
 *
 * @param key id of the virtual key, or null for a call without one
 * @param team name of the key's team, or null
 * @param user name of the key's user, or null. Never what a request's body says: anybody may write that
 * @param tags the key's tags, for reports and budgets
 */
public record Payer(
        @Nullable String key,
        @Nullable String team,
        @Nullable String user,
        List<String> tags) {

    /** A call without a virtual key. */
    public static final Payer NOBODY = new Payer(null, null, null, List.of());

    public Payer {
        tags = List.copyOf(tags);
    }
}
