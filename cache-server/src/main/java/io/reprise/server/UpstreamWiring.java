package io.reprise.server;

import io.reprise.server.config.Secret;
import io.reprise.server.config.UpstreamConfig;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.UpstreamOptions;
import io.reprise.server.upstream.Upstreams;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the configuration says of upstreams, in the words of the package that talks to them. */
final class UpstreamWiring {
    private UpstreamWiring() {}

    static Upstreams upstreams(UpstreamConfig config) {
        UpstreamConfig.OpenAi openAi = config.openai();
        UpstreamConfig.Anthropic anthropic = config.anthropic();
        return new Upstreams(
                Provider.openAi(openAi.url(), value(openAi.apiKey()), values(openAi.headers())),
                Provider.anthropic(anthropic.url(), value(anthropic.apiKey()), values(anthropic.headers())),
                config.others().stream().map(UpstreamWiring::rule).toList());
    }

    private static Upstreams.Rule rule(UpstreamConfig.Other other) {
        Provider.Api api =
                switch (other.wire()) {
                    case OPENAI -> Provider.Api.OPENAI;
                    case ANTHROPIC -> Provider.Api.ANTHROPIC;
                };
        return new Upstreams.Rule(
                new Provider(other.name(), api, other.url(), value(other.apiKey()), values(other.headers())),
                other.models(),
                other.paths());
    }

    static UpstreamOptions options(UpstreamConfig config) {
        UpstreamConfig.Connections connections = config.connections();
        UpstreamConfig.Retries retries = config.retries();
        UpstreamConfig.Breaker breaker = config.breaker();
        return new UpstreamOptions(
                new UpstreamOptions.Pool(
                        connections.connectTimeout(),
                        connections.idleTimeout(),
                        connections.max(),
                        connections.maxHttp2(),
                        switch (connections.http2()) {
                            case AUTO -> UpstreamOptions.Http2.AUTO;
                            case OFF -> UpstreamOptions.Http2.OFF;
                            case PRIOR_KNOWLEDGE -> UpstreamOptions.Http2.PRIOR_KNOWLEDGE;
                        }),
                config.authorities().certificates(),
                proxy(config.proxy()),
                new UpstreamOptions.Retries(
                        retries.max(),
                        retries.statuses(),
                        retries.baseDelay(),
                        retries.maxDelay(),
                        retries.maxRetryAfter()),
                new UpstreamOptions.Breaker(
                        breaker.failures(), breaker.window(), breaker.pause(), breaker.serverErrors()));
    }

    private static UpstreamOptions.@Nullable Proxy proxy(UpstreamConfig.@Nullable Proxy proxy) {
        if (proxy == null) {
            return null;
        }
        UpstreamConfig.ProxyAddress address = proxy.address();
        return new UpstreamOptions.Proxy(
                switch (address.protocol()) {
                    case HTTP -> UpstreamOptions.ProxyProtocol.HTTP;
                    case SOCKS5 -> UpstreamOptions.ProxyProtocol.SOCKS5;
                },
                address.host(),
                address.port(),
                value(address.user()),
                value(address.password()),
                proxy.bypass());
    }

    private static Map<String, String> values(Map<String, Secret> secrets) {
        return secrets.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, secret -> secret.getValue().value()));
    }

    private static @Nullable String value(@Nullable Secret secret) {
        return secret == null ? null : secret.value();
    }
}
