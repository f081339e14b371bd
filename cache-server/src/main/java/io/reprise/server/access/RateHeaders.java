package io.reprise.server.access;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells a caller how its limits stand, in the headers that clients of its API read. */
final class RateHeaders {
    private static final int MINUTE = 60;

    private RateHeaders() {}

    /** Headers by lower-case name; none where nothing is limited. */
    static Map<String, String> of(String endpoint, List<Throttle.Standing> standing, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Throttle.Standing each : standing) {
            if (Endpoints.isAnthropic(endpoint)) {
                String name = "anthropic-ratelimit-" + each.unit();
                headers.put(name + "-limit", Long.toString(each.limit()));
                headers.put(name + "-remaining", Long.toString(each.remaining()));
                headers.put(
                        name + "-reset",
                        now.plusSeconds(each.resetSeconds())
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString());
            } else {
                headers.put("x-ratelimit-limit-" + each.unit(), Long.toString(each.limit()));
                headers.put("x-ratelimit-remaining-" + each.unit(), Long.toString(each.remaining()));
                headers.put("x-ratelimit-reset-" + each.unit(), duration(each.resetSeconds()));
            }
        }
        return headers;
    }

    /** As OpenAI writes it: {@code 6s}, {@code 1m0s}. */
    private static String duration(long seconds) {
        return seconds < MINUTE ? seconds + "s" : seconds / MINUTE + "m" + seconds % MINUTE + "s";
    }
}
