package io.reprise.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which streams are asked for their usage: all, but where the operator says never, and, for a while, where an upstream has refused it for
 * a model. Thread-safe.
 */
final class StreamUsage {
    /** Upstreams learn too, and one model's server is not another's. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final int MAX_REMEMBERED = 10_000;

    /** Statuses that speak of the caller, of the size or of the time, and never of a field. */
    private static final Set<Integer> OF_OTHER_THINGS = Set.of(401, 402, 403, 407, 408, 409, 413, 429);
    /** Codes by which providers say that something else is wrong. */
    private static final Set<String> OTHER_CODES =
            Set.of("model_not_found", "context_length_exceeded", "content_filter", "invalid_api_key");

    private record Place(String upstream, @Nullable String model) {}

    private final Set<String> never;
    private final Cache<Place, Boolean> refused;

    /**
     * @param never names of upstreams that are not to be asked
     */
    StreamUsage(Set<String> never, InstantSource clock) {
        this.never = Set.copyOf(never);
        this.refused = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(REMEMBERED)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    boolean isAsked(Exchange exchange) {
        String upstream = exchange.provider().name();
        return !never.contains(upstream)
                && refused.getIfPresent(new Place(upstream, exchange.call().model())) == null;
    }

    /** The same call went well without the wish for usage. */
    void refused(Exchange exchange) {
        refused.put(new Place(exchange.provider().name(), exchange.call().model()), true);
    }

    /**
     * Whether an error may be about the wish for usage, so that the call is worth asking again without: some servers name the field, others
     * say that something is not supported; an error that names another field is about that one.
     */
    static boolean mayBeRefused(int status, Buffer error) {
        String text = error.toString();
        if (text.contains("stream_options") || text.contains("include_usage")) {
            return status >= 400;
        }
        boolean mayBe = (status >= 400 && status < 500 && !OF_OTHER_THINGS.contains(status)) || status == 501;
        return mayBe && !namesAnother(error);
    }

    private static boolean namesAnother(Buffer error) {
        try {
            JsonNode tree = StrictJson.parse(error.getBytes());
            JsonNode named = tree.path("error").path("param");
            boolean located = !tree.path("detail").path(0).path("loc").isMissingNode();
            return located
                    || (named.isTextual() && !named.textValue().isEmpty())
                    || OTHER_CODES.contains(tree.path("error").path("code").asText());
        } catch (MalformedRequestException e) {
            return false;
        }
    }
}
