package io.reprise.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CacheControls.Mode;
import io.reprise.server.protocol.NativeFields;
import io.reprise.server.reply.Problem;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a drop-in call asks of the cache, from its headers and from the body's {@code cache} field; headers win. */
final class CallControls {
    static final int MAX_TAGS = NativeFields.MAX_TAGS;
    static final int MAX_TAG_LENGTH = NativeFields.MAX_TAG_LENGTH;
    private static final Set<String> BODY_FIELDS = Set.of("namespace", "ttl", "s-maxage", "no-cache", "no-store");

    private final List<Problem.Field> problems = new ArrayList<>();

    private CallControls() {}

    /** Whether a body's {@code cache} field is ours, in LiteLLM's form; any other is upstream's and none of our business. */
    static boolean ours(JsonNode cache) {
        return cache instanceof ObjectNode object
                && !object.isEmpty()
                && object.properties().stream().allMatch(field -> BODY_FIELDS.contains(field.getKey()));
    }

    /**
     * Reads the controls.
     *
     * @param cache the body's {@code cache} field when it is {@link #ours}, else an empty object
     * @throws Problem that lists every one that is not valid
     */
    static CacheControls read(MultiMap headers, ObjectNode cache) {
        return new CallControls().readAll(headers, cache);
    }

    private CacheControls readAll(MultiMap headers, ObjectNode cache) {
        boolean noCache = flag(cache, "no-cache");
        boolean noStore = flag(cache, "no-store");
        boolean onlyIfCached = false;
        Duration maxAge = seconds("cache.s-maxage", number(cache, "s-maxage"), 0);
        for (String directive :
                String.join(",", headers.getAll("cache-control")).split(",", -1)) {
            String[] parts = directive.strip().toLowerCase(Locale.ROOT).split("=", 2);
            switch (parts[0]) {
                case "no-cache" -> noCache = true;
                case "no-store" -> noStore = true;
                case "only-if-cached" -> onlyIfCached = true;
                case "max-age" -> maxAge = maxAge(parts.length == 2 ? parts[1] : "");
                default -> {
                    // RFC 9111, section 5.2: a cache ignores directives that it does not know.
                }
            }
        }
        String namespace = headers.get("x-reprise-namespace");
        String ttl = headers.get("x-reprise-ttl");
        var controls = new CacheControls(
                noCache,
                noStore,
                onlyIfCached,
                maxAge,
                mode("x-reprise-mode", headers.get("x-reprise-mode")),
                namespace != null
                        ? namespace("x-reprise-namespace", namespace)
                        : namespace("cache.namespace", text(cache, "namespace")),
                bounded("x-reprise-context", headers.get("x-reprise-context")),
                rate("x-reprise-max-wrong-rate", headers.get("x-reprise-max-wrong-rate")),
                ttl != null ? seconds("x-reprise-ttl", ttl, 1) : seconds("cache.ttl", number(cache, "ttl"), 1),
                tags("x-reprise-tags", headers.get("x-reprise-tags")));
        if (!problems.isEmpty()) {
            throw Problem.invalid(problems);
        }
        return controls;
    }

    private void wrong(String field, String allowed) {
        problems.add(new Problem.Field(field, "must be " + allowed));
    }

    private boolean flag(ObjectNode cache, String name) {
        JsonNode value = cache.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            wrong("cache." + name, "true or false");
        }
        return value.asBoolean(false);
    }

    private @Nullable String text(ObjectNode cache, String name) {
        JsonNode value = cache.path(name);
        if (!value.isMissingNode() && !value.isTextual()) {
            wrong("cache." + name, "a string");
        }
        return value.textValue();
    }

    private static @Nullable String number(ObjectNode cache, String name) {
        JsonNode value = cache.path(name);
        return value.isMissingNode() ? null : value.asText();
    }

    private String namespace(String field, @Nullable String value) {
        if (value == null) {
            return CacheControls.DEFAULT.namespace();
        }
        if (!NativeFields.NAMESPACE.matcher(value).matches()) {
            wrong(field, "1 to 128 of A-Z a-z 0-9 . _ : -");
        }
        return value;
    }

    private @Nullable String bounded(String field, @Nullable String value) {
        if (value != null && value.length() > NativeFields.MAX_TEXT) {
            wrong(field, "at most " + NativeFields.MAX_TEXT + " characters");
        }
        return value;
    }

    private Mode mode(String field, @Nullable String value) {
        return switch (value == null ? "serve" : value.strip().toLowerCase(Locale.ROOT)) {
            case "serve" -> Mode.SERVE;
            case "exact" -> Mode.EXACT;
            case "shadow" -> Mode.SHADOW;
            case "off" -> Mode.OFF;
            default -> {
                wrong(field, "serve, exact, shadow or off");
                yield Mode.OFF;
            }
        };
    }

    private @Nullable Double rate(String field, @Nullable String value) {
        try {
            double rate = value == null ? 0 : Double.parseDouble(value);
            if (rate >= 0 && rate <= 1) {
                return value == null ? null : rate;
            }
        } catch (NumberFormatException e) {
            // Told below, with the values out of range.
        }
        wrong(field, "a number from 0 to 1");
        return null;
    }

    private @Nullable Duration seconds(String field, @Nullable String value, long least) {
        try {
            long seconds = value == null ? least : Long.parseLong(value.strip());
            if (seconds >= least && seconds <= Integer.MAX_VALUE) {
                return value == null ? null : Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // Told below, with the values out of range.
        }
        wrong(field, "whole seconds, at least " + least);
        return null;
    }

    /** RFC 9111, section 1.2.2: a value too large counts as the largest; one that cannot be read as the strictest. */
    private static Duration maxAge(String value) {
        try {
            return Duration.ofSeconds(Math.clamp(Long.parseLong(value.strip()), 0, Integer.MAX_VALUE));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    private List<String> tags(String field, @Nullable String value) {
        if (value == null) {
            return List.of();
        }
        List<String> tags = Pattern.compile(",")
                .splitAsStream(value)
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .distinct()
                .toList();
        if (tags.size() > MAX_TAGS || tags.stream().anyMatch(tag -> tag.length() > MAX_TAG_LENGTH)) {
            wrong(field, "at most " + MAX_TAGS + " tags of at most " + MAX_TAG_LENGTH + " characters");
        }
        return tags;
    }
}
