package io.reprise.server.testupstream;

import java.time.Clock;
import java.util.Objects;

/**
 * How a test upstream is set up. Immutable; the methods return changed copies.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param timing for replies that have none of their own
 * @param gzip compress replies to requests that accept gzip, also where the reply does not say so
 * @param retainedBodyBytes how much of each request's body is kept; of a longer one the rest is only counted and digested, and
 *     the default scenario answers from length and digest
 * @param keptRequests how many requests the log keeps; 0 keeps none
 * @param clock for the time that completions state
 */
public record UpstreamOptions(
        String host, int port, Timing timing, boolean gzip, int retainedBodyBytes, int keptRequests, Clock clock) {

    public UpstreamOptions {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(timing, "timing");
        Objects.requireNonNull(clock, "clock");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
        if (retainedBodyBytes < 0) {
            throw new IllegalArgumentException("retainedBodyBytes must not be negative: " + retainedBodyBytes);
        }
        if (keptRequests < 0) {
            throw new IllegalArgumentException("keptRequests must not be negative: " + keptRequests);
        }
    }

    /** 127.0.0.1, any port, no latency, no compression, 1 MiB of each body, the latest 4,096 requests, the system's clock. */
    public static UpstreamOptions defaults() {
        return new UpstreamOptions("127.0.0.1", 0, Timing.immediate(), false, 1 << 20, 4096, Clock.systemUTC());
    }

    public UpstreamOptions withAddress(String otherHost, int otherPort) {
        return new UpstreamOptions(otherHost, otherPort, timing, gzip, retainedBodyBytes, keptRequests, clock);
    }

    public UpstreamOptions withTiming(Timing other) {
        return new UpstreamOptions(host, port, other, gzip, retainedBodyBytes, keptRequests, clock);
    }

    public UpstreamOptions withGzip(boolean other) {
        return new UpstreamOptions(host, port, timing, other, retainedBodyBytes, keptRequests, clock);
    }

    public UpstreamOptions withRetainedBodyBytes(int other) {
        return new UpstreamOptions(host, port, timing, gzip, other, keptRequests, clock);
    }

    public UpstreamOptions withKeptRequests(int other) {
        return new UpstreamOptions(host, port, timing, gzip, retainedBodyBytes, other, clock);
    }

    public UpstreamOptions withClock(Clock other) {
        return new UpstreamOptions(host, port, timing, gzip, retainedBodyBytes, keptRequests, other);
    }
}
