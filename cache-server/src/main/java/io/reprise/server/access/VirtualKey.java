package io.reprise.server.access;

import io.reprise.server.ledger.Payer;
import io.reprise.server.protocol.Glob;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key that the operator gives a caller, in place of a provider's.
 *
 * @param id what it is called in budgets and reports; tells nothing of the key
 * @param team whose it is, or null
 * @param user whose it is, or null
 * @param models patterns of the models that it may ask for; empty for all
 * @param routes names of the operator's routes, which may be asked for like models, and patterns of the paths that it may call,
 *     which begin with a slash; without one of the latter, all paths
 * @param share with whom it shares cached answers
 * @param expiresAt from when on it is refused, or null for never
 * @param costThreshold what one call may cost at most, in pico-dollars, or null
 * @param onThreshold what becomes of a call that may cost more
 * @param createdAt when it was made
 * @param hashes of the keys that stand for it: more than one while it is rotated
 * @param configured whether it comes from the configuration, which alone changes it then
 */
public record VirtualKey(
        String id,
        String name,
        @Nullable String team,
        @Nullable String user,
        List<String> tags,
        List<String> models,
        List<String> routes,
        Share share,
        @Nullable Instant expiresAt,
        boolean disabled,
        Limits limits,
        @Nullable Long costThreshold,
        Instead onThreshold,
        Instant createdAt,
        List<Hash> hashes,
        boolean configured) {

    /** With whom a key shares cached answers. */
    public enum Share {
        /** With itself alone. */
        KEY,
        /** With the keys of its team that share so too. */
        TEAM,
        /** With all keys that share so too. */
        ALL;

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is kept of a key itself.
     *
     * @param sha256 of its text, 64 lower-case hexadecimal digits
     * @param until from when on it is refused, or null for never
     */
    public record Hash(String sha256, @Nullable Instant until) {}

    public VirtualKey {
        tags = List.copyOf(tags);
        models = List.copyOf(models);
        routes = List.copyOf(routes);
        hashes = List.copyOf(hashes);
        if (share == Share.TEAM && team == null) {
            throw new IllegalArgumentException("needs a team");
        }
    }

    /** Who pays for its calls. */
    public Payer payer() {
        return new Payer(id, team, user, tags);
    }

    /** Owner of the cached answers that its calls see. */
    public String principal() {
        return switch (share) {
            case KEY -> "vkey:" + id;
            case TEAM -> "team:" + team;
            case ALL -> "single";
        };
    }

    /** Whether it may call a path. */
    boolean allowsPath(String path) {
        List<String> paths =
                routes.stream().filter(route -> route.startsWith("/")).toList();
        return paths.isEmpty() || Glob.all(paths).stream().anyMatch(glob -> glob.matches(path));
    }

    /** Whether it may ask for a model, or a route by its name; what names none is for keys that may ask for all. */
    boolean allowsModel(@Nullable String model) {
        List<String> names =
                routes.stream().filter(route -> !route.startsWith("/")).toList();
        if (models.isEmpty() && names.isEmpty()) {
            return true;
        }
        return model != null
                && (names.contains(model) || Glob.all(models).stream().anyMatch(glob -> glob.matches(model)));
    }

    VirtualKey withHashes(List<Hash> other) {
        return new VirtualKey(
                id,
                name,
                team,
                user,
                tags,
                models,
                routes,
                share,
                expiresAt,
                disabled,
                limits,
                costThreshold,
                onThreshold,
                createdAt,
                other,
                configured);
    }

    /** Leaves the hashes out. */
    @Override
    public String toString() {
        return "VirtualKey[" + id + "]";
    }
}
