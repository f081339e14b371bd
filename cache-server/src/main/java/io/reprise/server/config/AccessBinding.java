package io.reprise.server.config;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.reprise.server.config.AccessConfig.Share;
import io.reprise.server.config.AccessConfig.VirtualKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** As {@link Binding}, for the settings of keys and budgets. */
final class AccessBinding {
    private final TypedSettings settings;

    AccessBinding(TypedSettings settings) {
        this.settings = settings;
    }

    AccessConfig bind() {
        return new AccessConfig(
                settings.get(AccessKeys.REQUIRE_KEY),
                settings.get(AccessKeys.OPEN),
                settings.get(AccessKeys.DEFAULT_MAX_OUTPUT),
                settings.get(AccessKeys.CACHE_WHEN_SPENT),
                settings.get(AccessKeys.ON_UNKNOWN_PRICE),
                names(settings).stream().map(this::key).toList());
    }

    /** The names of virtual keys, in the order in which they came. */
    static Set<String> names(TypedSettings settings) {
        return settings.names(AccessKeys.OF_A_KEY.toArray(Key<?>[]::new));
    }

    private VirtualKey key(String name) {
        AccessValueTypes.Budgets budgets = settings.find(AccessKeys.BUDGETS, name);
        return new VirtualKey(
                name,
                hash(name),
                settings.find(AccessKeys.TEAM, name),
                settings.find(AccessKeys.USER, name),
                words(AccessKeys.TAGS, name),
                words(AccessKeys.MODELS, name),
                words(AccessKeys.ROUTES, name),
                requireNonNullElse(settings.find(AccessKeys.SHARE, name), Share.KEY),
                settings.find(AccessKeys.EXPIRES_AT, name),
                requireNonNullElse(settings.find(AccessKeys.DISABLED, name), false),
                budgets == null ? List.of() : budgets.all(),
                requireNonNullElse(settings.find(AccessKeys.ON_EXCEED, name), "reject"),
                settings.find(AccessKeys.RPM, name),
                settings.find(AccessKeys.TPM, name),
                settings.find(AccessKeys.MAX_PARALLEL, name),
                settings.find(AccessKeys.MAX_OUTPUT_TOKENS, name),
                settings.find(AccessKeys.DEFAULT_OUTPUT_TOKENS, name),
                settings.find(AccessKeys.MAX_INPUT_TOKENS, name),
                settings.find(AccessKeys.COST_THRESHOLD, name),
                requireNonNullElse(settings.find(AccessKeys.ON_THRESHOLD, name), "reject"));
    }

    private String hash(String name) {
        Secret key = settings.either(AccessKeys.KEY, AccessKeys.KEY_FILE, name);
        return key == null ? requireNonNull(settings.find(AccessKeys.SHA256, name)) : sha256(key);
    }

    static String sha256(Secret key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(key.value().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private List<String> words(Key<Words> key, String name) {
        @Nullable Words words = settings.find(key, name);
        return words == null ? List.of() : words.all();
    }
}
