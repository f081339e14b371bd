package io.reprise.server.upstream;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How upstreams are connected to and when a call is tried again.
 *
 * @param authorities trusted besides those of the JDK, perhaps none
 * @param proxy through which upstreams are reached, or null
 */
public record UpstreamOptions(
        Pool pool,
        List<X509Certificate> authorities,
        @Nullable Proxy proxy,
        Retries retries,
        Breaker breaker) {
    public UpstreamOptions {
        requireNonNull(pool, "pool");
        authorities = List.copyOf(authorities);
        requireNonNull(retries, "retries");
        requireNonNull(breaker, "breaker");
    }

    /** Where HTTP/2 is spoken. */
    public enum Http2 {
        /** Over TLS, with an upstream that offers it (ALPN, RFC 7301). */
        AUTO,
        /** Nowhere. */
        OFF,
        /** As {@link #AUTO}, and without TLS to begin with (RFC 9113, section 3.3). */
        PRIOR_KNOWLEDGE
    }

    /**
     * The connections to each upstream.
     *
     * @param connectTimeout how long connecting may take
     * @param idleTimeout how long a call may make no progress
     * @param maxConnections over HTTP/1.1, at least 1; four times as many calls may wait for one. There are as many for readable
     *     answers as for others
     * @param maxHttp2Connections over HTTP/2, at least 1
     */
    public record Pool(
            Duration connectTimeout, Duration idleTimeout, int maxConnections, int maxHttp2Connections, Http2 http2) {
        public Pool {
            require(connectTimeout.isPositive(), "connectTimeout", connectTimeout);
            require(idleTimeout.isPositive(), "idleTimeout", idleTimeout);
            require(maxConnections >= 1, "maxConnections", maxConnections);
            require(maxHttp2Connections >= 1, "maxHttp2Connections", maxHttp2Connections);
            requireNonNull(http2, "http2");
        }
    }

    /** What a proxy speaks. */
    public enum ProxyProtocol {
        /** CONNECT to upstreams with TLS, forwarding to others (RFC 9110, sections 7.2 and 9.3.6). */
        HTTP,
        /** RFC 1928. */
        SOCKS5
    }

    /**
     * A proxy between us and upstreams.
     *
     * @param user null exactly when the password is
     * @param bypass patterns of the hosts that are reached without it, where {@code *} stands for any characters
     */
    public record Proxy(
            ProxyProtocol protocol,
            String host,
            int port,
            @Nullable String user,
            @Nullable String password,
            List<String> bypass) {
        public Proxy {
            requireNonNull(protocol, "protocol");
            require(port >= 1 && port <= 65535, "port", port);
            require((user == null) == (password == null), "user", user == null ? "null" : "without a password");
            bypass = List.copyOf(bypass);
        }

        /** Never shows user or password. */
        @Override
        public String toString() {
            return protocol + " proxy at " + host + ":" + port;
        }
    }

    /**
     * How often and when a call is tried again.
     *
     * @param max further attempts per call, at least 0
     * @param statuses of answers that are followed by another attempt
     * @param baseDelay the longest delay before the second attempt; it doubles with each
     * @param maxDelay the longest delay of all
     * @param maxRetryAfter the longest {@code Retry-After} that is waited for
     */
    public record Retries(
            int max, Set<Integer> statuses, Duration baseDelay, Duration maxDelay, Duration maxRetryAfter) {
        /** Every call is tried once. */
        public static final Retries NONE = new Retries(0, Set.of(), Duration.ZERO, Duration.ZERO, Duration.ZERO);

        public Retries {
            require(max >= 0, "max", max);
            statuses = Set.copyOf(statuses);
            require(!baseDelay.isNegative(), "baseDelay", baseDelay);
            require(maxDelay.compareTo(baseDelay) >= 0, "maxDelay", maxDelay);
            require(!maxRetryAfter.isNegative(), "maxRetryAfter", maxRetryAfter);
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
        /** No upstream is ever left alone. */
        public static final Breaker OFF = new Breaker(0, Duration.ofSeconds(1), Duration.ofSeconds(1), false);

        public Breaker {
            require(failures >= 0, "failures", failures);
            require(window.toSeconds() >= 1, "window", window);
            require(pause.isPositive(), "pause", pause);
        }
    }

    private static void require(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", which is out of range");
        }
    }
}
