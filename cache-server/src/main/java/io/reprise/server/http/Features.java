package io.reprise.server.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of a request's head changes what upstream answers, and so belongs to the scope. */
final class Features {
    private static final List<String> HEADERS =
            List.of("anthropic-beta", "openai-beta", "openai-organization", "openai-project");

    /** Lists whose order and repetitions say nothing. */
    private static final Set<String> SETS = Set.of("anthropic-beta", "openai-beta");

    /** Every SDK sends this version; a lookup that names none means it. */
    private static final String USUAL_ANTHROPIC_VERSION = "2023-06-01";

    private Features() {}

    static SortedMap<String, String> of(HttpServerRequest request) {
        SortedMap<String, String> features = ofHeaders(request);
        if (request.query() != null && !request.query().isEmpty()) {
            features.put("?", request.query());
        }
        String deployment = ClientPaths.deployment(request);
        if (deployment != null) {
            features.put("deployment", deployment);
        }
        return features;
    }

    /** As {@link #of}, for requests whose query is our own. */
    static SortedMap<String, String> ofHeaders(HttpServerRequest request) {
        SortedMap<String, String> features = new TreeMap<>();
        for (String header : HEADERS) {
            List<String> values = request.headers().getAll(header);
            String value = SETS.contains(header) ? asSet(values) : String.join(",", values);
            if (!value.isEmpty()) {
                features.put(header, value);
            }
        }
        String version = request.getHeader("anthropic-version");
        if (version != null && !version.equals(USUAL_ANTHROPIC_VERSION)) {
            features.put("anthropic-version", version);
        }
        return features;
    }

    private static String asSet(List<String> values) {
        return values.stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }
}
