package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import io.reprise.server.config.ServerConfig.IncludeUsage;
import io.reprise.server.config.UpstreamConfig.Anthropic;
import io.reprise.server.config.UpstreamConfig.Authorities;
import io.reprise.server.config.UpstreamConfig.Breaker;
import io.reprise.server.config.UpstreamConfig.Connections;
import io.reprise.server.config.UpstreamConfig.OpenAi;
import io.reprise.server.config.UpstreamConfig.Other;
import io.reprise.server.config.UpstreamConfig.Proxy;
import io.reprise.server.config.UpstreamConfig.ProxyAddress;
import io.reprise.server.config.UpstreamConfig.Retries;
import io.reprise.server.config.UpstreamConfig.Wire;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** As {@link Binding}, for the settings of upstreams. */
final class UpstreamBinding {
    private final TypedSettings settings;

    UpstreamBinding(TypedSettings settings) {
        this.settings = settings;
    }

    UpstreamConfig bind() {
        Authorities authorities = settings.find(UpstreamKeys.CA_FILE);
        return new UpstreamConfig(
                new OpenAi(
                        settings.get(UpstreamKeys.OPENAI_URL),
                        settings.either(UpstreamKeys.OPENAI_API_KEY, UpstreamKeys.OPENAI_API_KEY_FILE),
                        settings.get(UpstreamKeys.OPENAI_INCLUDE_USAGE),
                        settings.get(UpstreamKeys.OPENAI_ANY_ROUTE),
                        headers(
                                settings.names(UpstreamKeys.OPENAI_HEADERS),
                                name -> settings.find(UpstreamKeys.OPENAI_HEADERS, name))),
                new Anthropic(
                        settings.get(UpstreamKeys.ANTHROPIC_URL),
                        settings.either(UpstreamKeys.ANTHROPIC_API_KEY, UpstreamKeys.ANTHROPIC_API_KEY_FILE),
                        settings.get(UpstreamKeys.ANTHROPIC_ANY_ROUTE),
                        headers(
                                settings.names(UpstreamKeys.ANTHROPIC_HEADERS),
                                name -> settings.find(UpstreamKeys.ANTHROPIC_HEADERS, name))),
                otherNames(settings).stream().map(this::other).toList(),
                new Connections(
                        settings.get(UpstreamKeys.CONNECT_TIMEOUT),
                        settings.get(UpstreamKeys.IDLE_TIMEOUT),
                        settings.get(UpstreamKeys.MAX_CONNECTIONS),
                        settings.get(UpstreamKeys.MAX_HTTP2_CONNECTIONS),
                        settings.get(UpstreamKeys.HTTP2)),
                authorities == null ? Authorities.NONE : authorities,
                proxy(),
                new Retries(
                        settings.get(UpstreamKeys.RETRIES_MAX),
                        statuses(settings.find(UpstreamKeys.RETRIES_STATUSES)),
                        settings.get(UpstreamKeys.RETRIES_BASE_DELAY),
                        settings.get(UpstreamKeys.RETRIES_MAX_DELAY),
                        settings.get(UpstreamKeys.RETRIES_MAX_RETRY_AFTER)),
                new Breaker(
                        settings.get(UpstreamKeys.BREAKER_FAILURES),
                        settings.get(UpstreamKeys.BREAKER_WINDOW),
                        settings.get(UpstreamKeys.BREAKER_PAUSE),
                        settings.get(UpstreamKeys.BREAKER_SERVER_ERRORS)));
    }

    /** The names of further upstreams: as they stand in the file, then those that only variables or flags have. */
    static Set<String> otherNames(TypedSettings settings) {
        return settings.names(
                UpstreamKeys.OTHERS_URL,
                UpstreamKeys.OTHERS_WIRE,
                UpstreamKeys.OTHERS_MODELS,
                UpstreamKeys.OTHERS_PATHS,
                UpstreamKeys.OTHERS_API_KEY,
                UpstreamKeys.OTHERS_API_KEY_FILE,
                UpstreamKeys.OTHERS_INCLUDE_USAGE,
                UpstreamKeys.OTHERS_HEADERS);
    }

    private Other other(String name) {
        Wire wire = settings.find(UpstreamKeys.OTHERS_WIRE, name);
        IncludeUsage includeUsage = settings.find(UpstreamKeys.OTHERS_INCLUDE_USAGE, name);
        return new Other(
                name,
                requireNonNull(settings.find(UpstreamKeys.OTHERS_URL, name)),
                wire == null ? Wire.OPENAI : wire,
                words(settings.find(UpstreamKeys.OTHERS_MODELS, name)),
                words(settings.find(UpstreamKeys.OTHERS_PATHS, name)),
                settings.either(UpstreamKeys.OTHERS_API_KEY, UpstreamKeys.OTHERS_API_KEY_FILE, name),
                includeUsage == null ? IncludeUsage.AUTO : includeUsage,
                headers(
                        settings.namesUnder(name, UpstreamKeys.OTHERS_HEADERS),
                        header -> settings.find(UpstreamKeys.OTHERS_HEADERS, name, header)));
    }

    private static Map<String, Secret> headers(Set<String> names, Function<String, @Nullable Secret> value) {
        Map<String, Secret> headers = new LinkedHashMap<>();
        for (String name : names) {
            headers.put(name, requireNonNull(value.apply(name)));
        }
        return headers;
    }

    private @Nullable Proxy proxy() {
        ProxyAddress address = settings.either(UpstreamKeys.PROXY_URL, UpstreamKeys.PROXY_URL_FILE);
        return address == null ? null : new Proxy(address, words(settings.find(UpstreamKeys.PROXY_BYPASS)));
    }

    private static List<String> words(@Nullable Words words) {
        return words == null ? List.of() : words.all();
    }

    private static Set<Integer> statuses(@Nullable Statuses statuses) {
        return statuses == null ? Set.of() : statuses.all();
    }
}
