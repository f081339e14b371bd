package io.reprise.server.config;

import io.reprise.server.config.AccessConfig.Share;
import io.reprise.server.config.ServerConfig.PrincipalMode;
import io.reprise.server.config.Settings.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules of {@link Combinations} that join settings of keys and of who may call. */
final class AccessCombinations {
    private static final Set<String> CREDENTIAL_HEADERS =
            Set.of("authorization", "x-api-key", "api-key", "x-goog-api-key");

    private final TypedSettings settings;
    private final Combinations rules;

    AccessCombinations(TypedSettings settings, Combinations rules) {
        this.settings = settings;
        this.rules = rules;
    }

    void check() {
        Map<String, String> nameByHash = new HashMap<>();
        for (String name : AccessBinding.names(settings)) {
            key(name, nameByHash);
        }
        barred();
    }

    private void key(String name, Map<String, String> nameByHash) {
        List<Setting> given = Stream.of(AccessKeys.KEY, AccessKeys.KEY_FILE, AccessKeys.SHA256)
                .map(key -> settings.given(key, name))
                .filter(Objects::nonNull)
                .toList();
        if (given.size() > 1) {
            rules.report(given.get(1), "given twice", "one of key, key_file and sha256");
        }
        if (given.isEmpty()) {
            rules.reportMissing(
                    AccessKeys.KEY, "one of key, key_file and sha256", any(name).origin(), name);
        }
        Secret key = settings.either(AccessKeys.KEY, AccessKeys.KEY_FILE, name);
        String hash = key == null ? settings.find(AccessKeys.SHA256, name) : AccessBinding.sha256(key);
        String other = hash == null ? null : nameByHash.putIfAbsent(hash, name);
        if (other != null) {
            rules.report(given.getFirst(), "the key of keys." + other + " too", "a key of its own for each name");
        }
        Setting share = settings.given(AccessKeys.SHARE, name);
        if (share != null
                && settings.find(AccessKeys.SHARE, name) == Share.TEAM
                && settings.given(AccessKeys.TEAM, name) == null) {
            rules.report(share, "of a key without a team", "team only beside keys." + name + ".team");
        }
        Long most = settings.find(AccessKeys.MAX_OUTPUT_TOKENS, name);
        Long usual = settings.find(AccessKeys.DEFAULT_OUTPUT_TOKENS, name);
        Setting tooMany = settings.given(AccessKeys.DEFAULT_OUTPUT_TOKENS, name);
        if (most != null && usual != null && tooMany != null && usual > most) {
            rules.report(tooMany, "too large", "at most keys." + name + ".max_output_tokens, which is " + most);
        }
    }

    private Setting any(String name) {
        return AccessKeys.OF_A_KEY.stream()
                .map(key -> settings.given(key, name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    /** A stranger who reaches the server must not spend the operator's money unless the operator says so. */
    private void barred() {
        String host = settings.find(Keys.HOST);
        Setting given = settings.given(Keys.HOST);
        Setting own = ownKey();
        boolean open = Boolean.TRUE.equals(settings.find(AccessKeys.OPEN))
                || Boolean.TRUE.equals(settings.find(AccessKeys.REQUIRE_KEY))
                || settings.find(Keys.PRINCIPALS_MODE) == PrincipalMode.HEADER;
        if (host == null || given == null || own == null || open || !ServerConfig.beyondLoopback(host)) {
            return;
        }
        rules.report(
                given,
                "lets everybody who reaches it spend " + own.place().path(),
                "an address of loopback, or any with access.require_key: true (callers need virtual keys),"
                        + " principals.mode: header (a proxy names them), or access.open: true (anybody may)");
    }

    /** An upstream's key that is the operator's, or null where there is none. */
    private @Nullable Setting ownKey() {
        Stream<Setting> keys = settings.winners().stream().filter(setting -> {
            Key<?> key = setting.place().key();
            return key == UpstreamKeys.OPENAI_API_KEY
                    || key == UpstreamKeys.OPENAI_API_KEY_FILE
                    || key == UpstreamKeys.ANTHROPIC_API_KEY
                    || key == UpstreamKeys.ANTHROPIC_API_KEY_FILE
                    || key == UpstreamKeys.OTHERS_API_KEY
                    || key == UpstreamKeys.OTHERS_API_KEY_FILE
                    || ((key == UpstreamKeys.OPENAI_HEADERS
                                    || key == UpstreamKeys.ANTHROPIC_HEADERS
                                    || key == UpstreamKeys.OTHERS_HEADERS)
                            && CREDENTIAL_HEADERS.contains(
                                    setting.place().names().getLast()));
        });
        return keys.findFirst().orElse(null);
    }
}
