package io.reprise.server.config;

import static io.reprise.server.config.ServerConfig.require;
import static java.util.Objects.requireNonNull;

import io.reprise.server.config.ServerConfig.IncludeUsage;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The providers that misses are forwarded to, and what holds for all of them.
 *
 * @param others further providers; of several that fit a call, the first one takes it
 * @param connections how they are connected to
 * @param authorities trusted besides those of the JDK, perhaps none
 * @param proxy through which they are reached, or null
 */
public record UpstreamConfig(
        OpenAi openai,
        Anthropic anthropic,
        List<Other> others,
        Connections connections,
        Authorities authorities,
        @Nullable Proxy proxy,
        Retries retries,
        Breaker breaker) {
    public UpstreamConfig {
        requireNonNull(openai, "openai");
        requireNonNull(anthropic, "anthropic");
        others = List.copyOf(others);
        requireNonNull(connections, "connections");
        requireNonNull(authorities, "authorities");
        requireNonNull(retries, "retries");
        requireNonNull(breaker, "breaker");
    }

    /** How long an answer may make no progress. */
    public Duration idleTimeout() {
        return connections.idleTimeout();
    }

    /** An API's credential header and shape of errors. */
    public enum Wire {
        OPENAI,
        ANTHROPIC
    }

    /** Where HTTP/2 is spoken. */
    public enum Http2 {
        /** Over TLS, with an upstream that offers it. */
        AUTO,
        /** Nowhere. */
        OFF,
        /** Everywhere; without TLS it is begun without asking. */
        PRIOR_KNOWLEDGE
    }

    /**
     * The OpenAI-compatible upstream.
     *
     * @param url http or https, an origin and perhaps a path prefix, without a slash at the end: the request's
     *     path is appended as it came, but that a version at the prefix's end takes the place of its {@code /v1}
     * @param apiKey sent instead of the client's credential, or null: the client's own is passed on
     * @param anyRoute whether routes that are not known are forwarded with a key of the operator's
     * @param headers set on every request, by their lower-case name
     */
    public record OpenAi(
            URI url,
            @Nullable Secret apiKey,
            IncludeUsage includeUsage,
            boolean anyRoute,
            Map<String, Secret> headers) {
        public OpenAi {
            requireNonNull(url, "url");
            requireNonNull(includeUsage, "includeUsage");
            headers = Map.copyOf(headers);
        }
    }

    /**
     * The Anthropic-compatible upstream.
     *
     * @param url as {@link OpenAi#url()}
     * @param apiKey as {@link OpenAi#apiKey()}
     * @param anyRoute as {@link OpenAi#anyRoute()}
     * @param headers as {@link OpenAi#headers()}
     */
    public record Anthropic(URI url, @Nullable Secret apiKey, boolean anyRoute, Map<String, Secret> headers) {
        public Anthropic {
            requireNonNull(url, "url");
            headers = Map.copyOf(headers);
        }
    }

    /**
     * An upstream of some calls alone.
     *
     * @param name other than those of the two above
     * @param wire whose calls it takes
     * @param models patterns of the models it takes, where {@code *} stands for any characters; empty for all
     * @param paths patterns of the request paths it takes; empty for all, but not both are
     * @param includeUsage as {@link OpenAi#includeUsage()}
     */
    public record Other(
            String name,
            URI url,
            Wire wire,
            List<String> models,
            List<String> paths,
            @Nullable Secret apiKey,
            IncludeUsage includeUsage,
            Map<String, Secret> headers) {
        public Other {
            requireNonNull(name, "name");
            requireNonNull(url, "url");
            requireNonNull(wire, "wire");
            models = List.copyOf(models);
            paths = List.copyOf(paths);
            requireNonNull(includeUsage, "includeUsage");
            headers = Map.copyOf(headers);
            require(!models.isEmpty() || !paths.isEmpty(), "models", models, "not empty where paths is");
        }
    }

    /**
     * The connections to each upstream.
     *
     * @param connectTimeout how long connecting may take
     * @param idleTimeout how long an answer may make no progress
     * @param max at least 1
     * @param maxHttp2 of those over HTTP/2, at least 1
     */
    public record Connections(Duration connectTimeout, Duration idleTimeout, int max, int maxHttp2, Http2 http2) {
        public Connections {
            require(connectTimeout.isPositive(), "connectTimeout", connectTimeout, "positive");
            require(idleTimeout.isPositive(), "idleTimeout", idleTimeout, "positive");
            require(max >= 1, "max", max, "at least 1");
            require(maxHttp2 >= 1, "maxHttp2", maxHttp2, "at least 1");
            requireNonNull(http2, "http2");
        }
    }

    /** Certificates of authorities that sign upstreams' certificates. */
    public record Authorities(List<X509Certificate> certificates) {
        /** Those of the JDK alone. */
        public static final Authorities NONE = new Authorities(List.of());

        public Authorities {
            certificates = List.copyOf(certificates);
        }

        /** How many, not which. */
        @Override
        public String toString() {
            return "Authorities[" + certificates.size() + "]";
        }
    }

    /** What a proxy speaks. */
    public enum ProxyProtocol {
        HTTP,
        SOCKS5
    }

    /**
     * A proxy's address.
     *
     * @param user null exactly when the password is
     */
    public record ProxyAddress(
            ProxyProtocol protocol,
            String host,
            int port,
            @Nullable Secret user,
            @Nullable Secret password) {
        public ProxyAddress {
            requireNonNull(protocol, "protocol");
            require(!host.isEmpty(), "host", host, "not empty");
            require(port >= 1 && port <= 65535, "port", port, "1 to 65535");
            require((user == null) == (password == null), "password", password, "set with user only");
        }
    }

    /**
     * The proxy between us and all upstreams but some.
     *
     * @param bypass patterns of the hosts that are reached without it, where {@code *} stands for any characters
     */
    public record Proxy(ProxyAddress address, List<String> bypass) {
        public Proxy {
            requireNonNull(address, "address");
            bypass = List.copyOf(bypass);
        }
    }

    /**
     * How often and when a call is sent again.
     *
     * @param max further attempts per call, at least 0
     * @param statuses of answers that are followed by another attempt
     * @param baseDelay the longest delay before the second attempt; it doubles with each
     * @param maxDelay the longest delay of all, at least {@code baseDelay}
     * @param maxRetryAfter the longest {@code Retry-After} that is waited for
     */
    public record Retries(
            int max, Set<Integer> statuses, Duration baseDelay, Duration maxDelay, Duration maxRetryAfter) {
        public Retries {
            require(max >= 0, "max", max, "at least 0");
            statuses = Set.copyOf(statuses);
            require(!baseDelay.isNegative(), "baseDelay", baseDelay, "not negative");
            require(maxDelay.compareTo(baseDelay) >= 0, "maxDelay", maxDelay, "at least baseDelay (" + baseDelay + ")");
            require(!maxRetryAfter.isNegative(), "maxRetryAfter", maxRetryAfter, "not negative");
        }
    }

    /**
     * When an upstream that fails is left alone.
     *
     * @param failures in a row, after which it is; 0: never
     * @param window the time within which they must fall, whole seconds
     * @param pause how long it is left alone before one call tries it again
     * @param serverErrors whether statuses from 500 are failures too
     */
    public record Breaker(int failures, Duration window, Duration pause, boolean serverErrors) {
        public Breaker {
            require(failures >= 0, "failures", failures, "at least 0");
            require(window.toSeconds() >= 1, "window", window, "at least a second");
            require(pause.isPositive(), "pause", pause, "positive");
        }
    }
}
