package io.reprise.server.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.EntryFilter;
import io.reprise.index.ScanPage;
import io.reprise.index.StoredEntry;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries as lines of JSON: a head, the entries by rising id, and an end marker with their number, by the absence of which a torn
 * file is known.
 *
 * <p>Memory: a page at a time, and the next is read when the reader has taken this one, so that a slow reader costs nothing but its
 * connection. Entries that come or go meanwhile may be in it or not; all others are, once. Thread-safe.
 */
public final class Exports {
    static final String HEAD = "reprise_export";
    static final String END = "end";
    static final String ENTRIES = "entries";
    static final int VERSION = 1;
    private static final int PAGE_ENTRIES = 200;
    private static final long PAGE_BYTES = 256 * 1024;

    /**
     * What is exported.
     *
     * @param filter whose entries, and which
     * @param afterId only entries whose ids come after this one; null for all
     * @param principals whether lines name principals
     * @param vectors whether lines have vectors
     */
    public record Order(EntryFilter filter, @Nullable String afterId, boolean principals, boolean vectors) {}

    /** Takes the lines. */
    @FunctionalInterface
    public interface Reader {
        /** Takes whole lines; returns when it has room for more, false when nobody reads any more. */
        boolean take(byte[] lines);
    }

    private final SemanticCache cache;
    private final EntryLines lines;
    private final Clock clock;

    public Exports(SemanticCache cache, Seal seal, CachingRules rules, Clock clock) {
        this.cache = cache;
        this.lines = new EntryLines(cache.modelName(), seal, rules);
        this.clock = clock;
    }

    /** Writes to its end, or until nobody reads any more; on a virtual thread. */
    public void write(Order order, Reader reader) {
        var head = StrictJson.object()
                .put(HEAD, VERSION)
                .put("rules", Prompts.RULES)
                .put("model", cache.modelName())
                .put("vectors", order.vectors())
                .put("exported_at", clock.instant().toString());
        var page = new ByteArrayOutputStream();
        line(page, head);
        long entries = 0;
        String after = order.afterId();
        ScanPage scanned;
        do {
            scanned = Future.await(cache.scan(order.filter(), after, PAGE_ENTRIES, PAGE_BYTES));
            for (StoredEntry stored : scanned.entries()) {
                line(page, lines.written(stored, order.principals(), order.vectors()));
                after = stored.entry().id();
                entries++;
            }
            if (scanned.last()) {
                ObjectNode end = StrictJson.object();
                end.putObject(END).put(ENTRIES, entries);
                line(page, end);
            }
            if (!reader.take(page.toByteArray())) {
                return;
            }
            page = new ByteArrayOutputStream();
        } while (!scanned.last());
    }

    private static void line(ByteArrayOutputStream page, ObjectNode line) {
        page.writeBytes(StrictJson.bytes(line));
        page.write('\n');
    }
}
