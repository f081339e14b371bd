package io.reprise.server.upstream;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which headers go through: all but those that mean one connection only (RFC 9110, section 7.6.1) and our own.
 *
 * <p>Order and repetition are kept.
 */
public final class ForwardedHeaders {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private ForwardedHeaders() {}

    /** What of a client's headers upstream sees. */
    static MultiMap request(MultiMap client, Provider provider) {
        MultiMap forwarded = endToEnd(client);
        forwarded.remove("host");
        // Answered by the server itself, before the body is read.
        forwarded.remove("expect");
        forwarded.names().stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("x-reprise-"))
                .toList()
                .forEach(forwarded::remove);
        if (provider.hasKeyOfItsOwn()) {
            // The operator's credential goes alone: the client's is for somebody else.
            Credentials.headers().forEach(forwarded::remove);
        }
        if (provider.apiKey() != null) {
            switch (provider.api()) {
                case OPENAI -> {
                    if (provider.isAzure()) {
                        forwarded.set("api-key", provider.apiKey());
                    } else {
                        forwarded.set("authorization", "Bearer " + provider.apiKey());
                    }
                }
                case ANTHROPIC -> forwarded.set("x-api-key", provider.apiKey());
            }
        }
        provider.headers().forEach(forwarded::set);
        return forwarded;
    }

    /** What of an upstream's headers the client sees. */
    public static MultiMap response(MultiMap upstream) {
        // Alt-Svc (RFC 7838) speaks of upstream's own host and port, not of ours.
        return endToEnd(upstream).remove("alt-svc");
    }

    private static MultiMap endToEnd(MultiMap headers) {
        Set<String> named = headers.getAll("connection").stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        MultiMap kept = MultiMap.caseInsensitiveMultiMap();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(lower) && !named.contains(lower)) {
                kept.add(name, value);
            }
        });
        return kept;
    }
}
