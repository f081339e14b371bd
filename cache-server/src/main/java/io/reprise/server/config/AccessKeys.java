package io.reprise.server.config;

import static io.reprise.server.config.AccessValueTypes.budgets;
import static io.reprise.server.config.AccessValueTypes.instant;
import static io.reprise.server.config.AccessValueTypes.instead;
import static io.reprise.server.config.AccessValueTypes.insteadOrClamp;
import static io.reprise.server.config.AccessValueTypes.name;
import static io.reprise.server.config.AccessValueTypes.names;
import static io.reprise.server.config.AccessValueTypes.patterns;
import static io.reprise.server.config.AccessValueTypes.unknownPrice;
import static io.reprise.server.config.AccessValueTypes.usd;
import static io.reprise.server.config.AccessValueTypes.virtualKey;
import static io.reprise.server.config.AccessValueTypes.virtualKeyFile;
import static io.reprise.server.config.Key.key;
import static io.reprise.server.config.Key.optional;
import static io.reprise.server.config.ValueTypes.credentialSha256;
import static io.reprise.server.config.ValueTypes.integer;
import static io.reprise.server.config.ValueTypes.oneOf;
import static io.reprise.server.config.ValueTypes.positiveCount;
import static io.reprise.server.config.ValueTypes.yesOrNo;

import io.reprise.server.config.AccessConfig.Share;
import io.reprise.server.config.AccessConfig.UnknownPrice;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** The rows of {@link Keys} that say who may call, and what may be spent. */
final class AccessKeys {
    private static final int MAX_TOKENS = 100_000_000;
    private static final String NO_LIMIT = "none: not limited";

    static final Key<Boolean> REQUIRE_KEY = key(
            "access.require_key",
            yesOrNo(),
            "false",
            "Whether callers without a virtual key are refused (401), but for `/health` and the administrator on routes"
                    + " of the server's own.");
    static final Key<Boolean> OPEN = key(
            "access.open",
            yesOrNo(),
            "false",
            "Whether a server that listens beyond loopback may spend an upstream key of its own for anybody who reaches"
                    + " it; without this or another bar such a server does not start.");
    static final Key<Integer> DEFAULT_MAX_OUTPUT = key(
            "budgets.default_max_output",
            integer(1, MAX_TOKENS),
            "4096",
            "The most tokens of the answer to a call that does not say, where a budget must hold: it is put into the"
                    + " request, and told in `x-reprise-clamped`.");
    static final Key<Boolean> CACHE_WHEN_SPENT = key(
            "budgets.cache_when_spent",
            yesOrNo(),
            "true",
            "Whether the cache still answers calls when a budget of theirs is spent.");
    static final Key<UnknownPrice> ON_UNKNOWN_PRICE = key(
            "on_unknown_price",
            unknownPrice(),
            "refuse",
            "What becomes of a call whose price is not known where a budget must hold: it is refused, goes through and"
                    + " counts for nothing, or counts at an assumed price.");

    static final Key<Secret> KEY = of(
            "key",
            virtualKey(),
            "one of key, key_file and sha256 is required for each name",
            "The key that callers send. Better given by a file or the environment, or by its hash.");
    static final Key<Secret> KEY_FILE = of("key_file", virtualKeyFile(), "none", "A file that holds the key.");
    static final Key<String> SHA256 = of(
            "sha256",
            credentialSha256(),
            "none",
            "The key's SHA-256 (`printf %s \"$KEY\" | sha256sum`), for a file that others may read.");
    static final Key<String> TEAM = of("team", name(), "none", "The team that pays.");
    static final Key<String> USER = of("user", name(), "none", "The user who pays.");
    static final Key<Words> TAGS = of("tags", names(), "none", "Marks for budgets and reports.");
    static final Key<Words> MODELS = of("models", patterns(), "all", "The models that it may ask for.");
    static final Key<Words> ROUTES = of(
            "routes",
            patterns(),
            "all",
            "The operator's routes that it may ask for by their names, and patterns of paths that it may call, which"
                    + " begin with a slash.");
    static final Key<Share> SHARE =
            of("share", oneOf(Share.class), "key", "Whose cached answers it sees: its own, its team's or all keys'.");
    static final Key<Instant> EXPIRES_AT = of("expires_at", instant(), "never", "From when on it is refused.");
    static final Key<Boolean> DISABLED = of("disabled", yesOrNo(), "false", "Whether it is refused for now.");
    static final Key<AccessValueTypes.Budgets> BUDGETS =
            of("budgets", budgets(), "none", "What its calls may cost together.");
    static final Key<String> ON_EXCEED = of(
            "on_exceed",
            instead(),
            "reject",
            "What becomes of a call that its budgets have no room for: it is refused, or another model answers it.");
    static final Key<Long> RPM = of("rpm", positiveCount(), NO_LIMIT, "Calls in a minute.");
    static final Key<Long> TPM = of("tpm", positiveCount(), NO_LIMIT, "Tokens in a minute, sent and received.");
    static final Key<Long> MAX_PARALLEL = of("max_parallel", positiveCount(), NO_LIMIT, "Calls at the same time.");
    static final Key<Long> MAX_OUTPUT_TOKENS = of(
            "max_output_tokens", positiveCount(), NO_LIMIT, "The most tokens of one answer; more is cut down to it.");
    static final Key<Long> DEFAULT_OUTPUT_TOKENS = of(
            "default_output_tokens",
            positiveCount(),
            "none",
            "The most tokens of the answer to a call that does not say.");
    static final Key<Long> MAX_INPUT_TOKENS =
            of("max_input_tokens", positiveCount(), NO_LIMIT, "The most tokens that one call may send upstream.");
    static final Key<BigDecimal> COST_THRESHOLD =
            of("cost_threshold_usd", usd(), "none", "What one call may cost at most.");
    static final Key<String> ON_THRESHOLD = of(
            "on_threshold",
            insteadOrClamp(),
            "reject",
            "What becomes of a call that may cost more: it is refused, its answer is cut down, or another model answers"
                    + " it.");

    /** In the order of the reference page. */
    static final List<Key<?>> ALL = List.of(
            REQUIRE_KEY,
            OPEN,
            DEFAULT_MAX_OUTPUT,
            CACHE_WHEN_SPENT,
            ON_UNKNOWN_PRICE,
            KEY,
            KEY_FILE,
            SHA256,
            TEAM,
            USER,
            TAGS,
            MODELS,
            ROUTES,
            SHARE,
            EXPIRES_AT,
            DISABLED,
            BUDGETS,
            ON_EXCEED,
            RPM,
            TPM,
            MAX_PARALLEL,
            MAX_OUTPUT_TOKENS,
            DEFAULT_OUTPUT_TOKENS,
            MAX_INPUT_TOKENS,
            COST_THRESHOLD,
            ON_THRESHOLD);

    /** The rows of one virtual key. */
    static final List<Key<?>> OF_A_KEY = ALL.subList(ALL.indexOf(KEY), ALL.size());

    private AccessKeys() {}

    private static <T> Key<T> of(String field, ValueType<T> type, String whenAbsent, String help) {
        return optional("keys.<name>." + field, type, whenAbsent, help).named(NameType.virtualKey());
    }
}
