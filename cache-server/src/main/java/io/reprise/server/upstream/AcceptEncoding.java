package io.reprise.server.upstream;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** {@code Accept-Encoding} (RFC 9110, section 12.5.3) of calls whose answers are read here. */
final class AcceptEncoding {
    static final String NAME = "accept-encoding";
    /** The codings that {@link Connections} can take off an answer. */
    static final List<String> DECODABLE = List.of("gzip", "deflate");

    private static final Set<String> ZERO = Set.of("q=0", "q=0.0", "q=0.00", "q=0.000");

    private AcceptEncoding() {}

    /**
     * What upstream is offered: of what can be decoded here, what the client accepts too, or {@code identity}. A client that takes no
     * compressed answer may have its reasons, such as an upstream whose compression holds a stream's first bytes back.
     */
    static String offered(MultiMap client) {
        var accepted = new TreeMap<String, Boolean>();
        for (String line : client.getAll(NAME)) {
            for (String element : line.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = element.split(";", 2);
                boolean refused = parts.length == 2 && ZERO.contains(parts[1].replaceAll("\\s", ""));
                accepted.put(parts[0].strip(), !refused);
            }
        }
        boolean others = accepted.getOrDefault("*", false);
        List<String> offered = DECODABLE.stream()
                .filter(coding -> accepted.getOrDefault(coding, others))
                .toList();
        return offered.isEmpty() ? "identity" : String.join(", ", offered);
    }
}
