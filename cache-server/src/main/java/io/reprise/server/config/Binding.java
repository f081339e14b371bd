package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import io.reprise.server.config.ServerConfig.Audits;
import io.reprise.server.config.ServerConfig.Bounds;
import io.reprise.server.config.ServerConfig.Cache;
import io.reprise.server.config.ServerConfig.Conversations;
import io.reprise.server.config.ServerConfig.Dashboard;
import io.reprise.server.config.ServerConfig.Decision;
import io.reprise.server.config.ServerConfig.Embedding;
import io.reprise.server.config.ServerConfig.Http;
import io.reprise.server.config.ServerConfig.Index;
import io.reprise.server.config.ServerConfig.JudgeModel;
import io.reprise.server.config.ServerConfig.Ledger;
import io.reprise.server.config.ServerConfig.Limits;
import io.reprise.server.config.ServerConfig.Metrics;
import io.reprise.server.config.ServerConfig.Model;
import io.reprise.server.config.ServerConfig.ModelPrice;
import io.reprise.server.config.ServerConfig.Principals;
import io.reprise.server.config.ServerConfig.Streams;
import io.reprise.server.config.ServerConfig.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts values that were found to be free of problems into the record tree. */
final class Binding {
    private final TypedSettings settings;

    Binding(TypedSettings settings) {
        this.settings = settings;
    }

    ServerConfig bind() {
        return new ServerConfig(
                settings.get(Keys.HOST),
                settings.get(Keys.PORT),
                settings.get(Keys.DATA),
                settings.get(Keys.LOG_LEVEL),
                settings.either(Keys.ADMIN_TOKEN, Keys.ADMIN_TOKEN_FILE),
                principals(),
                new AccessBinding(settings).bind(),
                new Model(settings.get(Keys.MODEL_PATH), settings.get(Keys.MODEL_VERIFIER)),
                new Embedding(
                        settings.get(Keys.EMBEDDING_THREADS),
                        settings.get(Keys.EMBEDDING_QUEUE),
                        settings.get(Keys.EMBEDDING_MEMO)),
                new Index(settings.get(Keys.INDEX_FSYNC), settings.get(Keys.INDEX_COMMIT)),
                new Decision(
                        settings.get(Keys.DECISION_POLICY),
                        settings.get(Keys.DECISION_FLOOR),
                        settings.get(Keys.DECISION_CUTOFF),
                        settings.get(Keys.DECISION_MAX_WRONG_RATE),
                        settings.get(Keys.DECISION_CANDIDATES),
                        SecondOpinionKeys.bind(settings)),
                new Audits(
                        settings.get(Keys.AUDITS_COLD_START),
                        settings.get(Keys.AUDITS_BUDGET),
                        settings.get(Keys.AUDITS_FIRST_RATE),
                        settings.get(Keys.AUDITS_RATE),
                        settings.get(Keys.AUDITS_WINDOW),
                        judge()),
                new Cache(
                        settings.get(Keys.CACHE_TTL),
                        settings.get(Keys.CACHE_MAX_TTL),
                        settings.get(Keys.CACHE_EXACT_MEMORY),
                        new Bounds(
                                settings.get(Keys.CACHE_MAX_ENTRIES),
                                settings.get(Keys.CACHE_MAX_BYTES),
                                settings.get(Keys.CACHE_NAMESPACE_MAX_ENTRIES)),
                        settings.get(Keys.CACHE_STALE_IF_ERROR),
                        settings.find(Keys.CACHE_MAX_TEMPERATURE),
                        words(Keys.CACHE_SIDE_EFFECT_TOOLS),
                        settings.get(Keys.CACHE_STORE_TRUNCATED),
                        settings.get(Keys.CACHE_SEMANTIC_TOOL_CALLS)),
                new Conversations(
                        settings.get(Keys.CONVERSATIONS_MAX),
                        settings.get(Keys.CONVERSATIONS_MAX_CHAIN),
                        settings.get(Keys.CONVERSATIONS_MIN_CONFIDENCE)),
                new Limits(
                        settings.get(Keys.LIMITS_CACHEABLE_BODY),
                        settings.get(Keys.LIMITS_NATIVE_BODY),
                        settings.get(Keys.LIMITS_HEADER),
                        settings.get(Keys.LIMITS_RESPONSE),
                        settings.get(Keys.LIMITS_EMBEDDINGS),
                        new ServerConfig.Bodies(
                                settings.get(Keys.LIMITS_BODY_MEMORY),
                                settings.get(Keys.LIMITS_CALLER_BODY_MEMORY),
                                settings.get(Keys.LIMITS_BODY_TIMEOUT)),
                        new ServerConfig.Connections(
                                settings.get(Keys.LIMITS_CONNECTIONS), settings.get(Keys.LIMITS_HEAD_TIMEOUT))),
                new UpstreamBinding(settings).bind(),
                new Ledger(settings.get(Keys.LEDGER_FLUSH)),
                new Http(
                        settings.get(Keys.HTTP_INSTANCES),
                        settings.get(Keys.HTTP_DRAIN),
                        settings.get(Keys.HTTP_UNREADY),
                        words(Keys.HTTP_ALLOWED_ORIGINS),
                        words(Keys.HTTP_ALLOWED_HOSTS),
                        settings.get(Keys.HTTP_TRANSFER_IDLE)),
                tls(),
                new Streams(settings.get(Keys.STREAMS_FINISH_ABANDONED), settings.get(Keys.STREAMS_REPLAY_TOKENS)),
                new Metrics(settings.get(Keys.METRICS_OPEN)),
                new Dashboard(settings.get(Keys.DASHBOARD_RECENT_HITS)),
                requests(),
                alerts(),
                modelNames(),
                prices(),
                settings.find(Keys.PRICES_FILE),
                ScopeKeys.bind(settings),
                SightKeys.bind(settings),
                RuleKeys.bind(settings));
    }

    private @Nullable Tls tls() {
        Path cert = settings.find(Keys.TLS_CERT);
        return cert == null ? null : new Tls(cert, settings.get(Keys.TLS_KEY));
    }

    private RequestsConfig requests() {
        return new RequestsConfig(
                settings.get(RequestKeys.LOG),
                Duration.ofDays(settings.get(RequestKeys.KEEP_DAYS)),
                settings.get(RequestKeys.MAX_BYTES),
                settings.get(RequestKeys.ON_FULL),
                settings.find(RequestKeys.MACHINE_USD_PER_HOUR));
    }

    private AlertsConfig alerts() {
        WebhookUrls webhooks = settings.find(RequestKeys.WEBHOOKS);
        return new AlertsConfig(
                webhooks == null ? List.of() : webhooks.all(),
                settings.either(RequestKeys.SECRET, RequestKeys.SECRET_FILE),
                settings.get(RequestKeys.UPSTREAM_ERROR_RATE));
    }

    private @Nullable JudgeModel judge() {
        String model = settings.find(Keys.AUDITS_JUDGE_MODEL);
        return model == null
                ? null
                : new JudgeModel(
                        model,
                        settings.either(Keys.AUDITS_JUDGE_API_KEY, Keys.AUDITS_JUDGE_API_KEY_FILE),
                        settings.get(Keys.AUDITS_JUDGE_TIMEOUT));
    }

    private List<String> words(Key<Words> key) {
        Words words = settings.find(key);
        return words == null ? List.of() : words.all();
    }

    private Map<String, String> modelNames() {
        Map<String, String> names = new HashMap<>();
        for (String model : settings.names(Keys.MODEL_NAME)) {
            names.put(model, requireNonNull(settings.find(Keys.MODEL_NAME, model)));
        }
        return names;
    }

    private Principals principals() {
        Map<String, String> nameByHash = new HashMap<>();
        for (String hash : settings.names(Keys.PRINCIPALS_CREDENTIALS)) {
            nameByHash.put(hash, requireNonNull(settings.find(Keys.PRINCIPALS_CREDENTIALS, hash)));
        }
        return new Principals(settings.get(Keys.PRINCIPALS_MODE), settings.find(Keys.PRINCIPALS_HEADER), nameByHash);
    }

    private Map<String, ModelPrice> prices() {
        Map<String, ModelPrice> prices = new HashMap<>();
        for (String model : settings.names(Keys.PRICE_INPUT)) {
            prices.put(
                    model,
                    new ModelPrice(
                            requireNonNull(settings.find(Keys.PRICE_INPUT, model)),
                            settings.find(Keys.PRICE_CACHED_INPUT, model),
                            settings.find(Keys.PRICE_CACHE_WRITE, model),
                            settings.find(Keys.PRICE_OUTPUT, model)));
        }
        return prices;
    }
}
