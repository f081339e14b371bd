package io.reprise.server.transfer;

import io.reprise.server.cache.SemanticCache;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Completion;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Begins imports. Thread-safe. */
public final class Imports {
    /** Adds to a pair's answer what it does not say, such as its usage; called on a thread of the store. */
    @FunctionalInterface
    public interface Finish {
        /** The answer as it is stored. */
        Completion completed(Completion answer, CacheQuery query);
    }

    private final SemanticCache cache;
    private final EntryLines entries;
    private final PairLines pairs;
    private final Finish finish;
    private final int maxLineBytes;

    /**
     * @param upstreamInScope where a call would go, as its scope tells it
     * @param maxLineBytes the longest line that is read; a longer one fails
     */
    public Imports(
            SemanticCache cache,
            Seal seal,
            CachingRules rules,
            Function<Call, @Nullable String> upstreamInScope,
            Finish finish,
            int maxLineBytes) {
        this.cache = cache;
        this.entries = new EntryLines(cache.modelName(), seal, rules);
        this.pairs = new PairLines(rules, upstreamInScope);
        this.finish = finish;
        this.maxLineBytes = maxLineBytes;
    }

    /** Begins one, which belongs to the calling virtual thread. */
    public Import begin(Importer importer) {
        return new Import(cache, finish, entries, pairs, importer, maxLineBytes);
    }
}
