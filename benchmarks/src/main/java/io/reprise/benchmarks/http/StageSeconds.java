package io.reprise.benchmarks.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server says in its metrics that its lookups have taken, by stage. Not thread-safe. */
final class StageSeconds implements AutoCloseable {
    /** In the order in which a lookup goes through them. */
    static final List<String> STAGES = List.of("exact", "embed", "search", "decide");

    private static final Pattern SUM =
            Pattern.compile("reprise_lookup_seconds_sum\\{stage=\"(" + String.join("|", STAGES) + ")\"} (\\S+)");
    private static final byte[] METRICS = Requests.get("/metrics");

    private final Caller caller;
    private Map<String, Long> last;

    StageSeconds(int port) {
        this.caller = new Caller(port);
        this.last = read();
    }

    /** Nanoseconds since this was asked before, or since this object was made; nothing for a stage that was not gone through. */
    Map<String, Long> since() {
        Map<String, Long> now = read();
        Map<String, Long> since = new LinkedHashMap<>();
        now.forEach((stage, nanos) -> {
            long more = nanos - last.getOrDefault(stage, 0L);
            if (more > 0) {
                since.put(stage, more);
            }
        });
        last = now;
        return since;
    }

    @Override
    public void close() {
        caller.close();
    }

    private Map<String, Long> read() {
        Map<String, Long> nanos = new LinkedHashMap<>();
        Matcher sum = SUM.matcher(caller.body(METRICS));
        while (sum.find()) {
            nanos.put(sum.group(1), Math.round(1e9 * Double.parseDouble(sum.group(2))));
        }
        return nanos;
    }
}
