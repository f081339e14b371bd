package io.reprise.benchmarks.micro;

import io.reprise.server.cache.Lookup;
import io.reprise.server.prompt.CacheQuery;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A lookup in one process, by outcome. Every query of a method is known to have its outcome.
 *
 * <pre>{@code
 * benchmarks/run micro --include Lookup --out benchmarks/results/lookup.md     # about 4 minutes, 5 more the first time
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else
public class LookupBenchmark extends Microbenchmark {
    private static final int TOKENS = 14;

    /** Entries in the index. */
    @Param("100000")
    public int entries;

    /** Memory for what was embedded of late: none, where every text is new, and the default, where each was asked before. */
    @Param({"0", "16777216"})
    public long memoBytes;

    private LookupSetting setting;
    private int next;

    @Setup
    public void open() {
        setting = new LookupSetting(entries, TOKENS, memoBytes, (stage, nanos) -> {});
        System.out.println("index: " + setting.source());
    }

    @TearDown
    public void close() {
        setting.close();
    }

    @Benchmark
    public Lookup exactHit() {
        return lookup(setting.exact());
    }

    @Benchmark
    public Lookup semanticHit() {
        return lookup(setting.semantic());
    }

    @Benchmark
    public Lookup miss() {
        return lookup(setting.missing());
    }

    private Lookup lookup(List<CacheQuery> queries) {
        next = (next + 1) % queries.size();
        return setting.lookup(queries.get(next));
    }
}
