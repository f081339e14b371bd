package io.reprise.server.testupstream;

import java.time.Duration;
import java.util.Objects;

/**
 * When the parts of a reply are sent.
 *
 * @param beforeHead from the end of the request to status and headers
 * @param beforeFirstToken from the headers to the first event of a stream; not kept for other bodies
 * @param betweenTokens from each event of a stream to the next; not kept for other bodies
 */
public record Timing(Latency beforeHead, Latency beforeFirstToken, Latency betweenTokens) {

    public Timing {
        Objects.requireNonNull(beforeHead, "beforeHead");
        Objects.requireNonNull(beforeFirstToken, "beforeFirstToken");
        Objects.requireNonNull(betweenTokens, "betweenTokens");
    }

    /** Everything at once. */
    public static Timing immediate() {
        return new Timing(Latency.none(), Latency.none(), Latency.none());
    }

    /** The same pause before the head of each reply, and none after it. */
    public static Timing latency(Duration beforeHead) {
        return immediate().withBeforeHead(Latency.fixed(beforeHead));
    }

    public Timing withBeforeHead(Latency latency) {
        return new Timing(latency, beforeFirstToken, betweenTokens);
    }

    public Timing withBeforeFirstToken(Latency latency) {
        return new Timing(beforeHead, latency, betweenTokens);
    }

    public Timing withBetweenTokens(Latency latency) {
        return new Timing(beforeHead, beforeFirstToken, latency);
    }
}
