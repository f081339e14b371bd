package io.reprise.benchmarks.churn;

import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.StoredAnswers;
import io.reprise.benchmarks.report.FolderFiles;
import io.reprise.index.EntryFilter;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.cache.Keeping;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.cache.eviction.Bounds;
import io.reprise.server.cache.eviction.ProvenPrincipals;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.SavingEstimate;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Completion;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The server's cache and index with a bound on entries, into which question after question is stored, one each second of a driven clock.
 * Of ten questions three live for half a generation, three for two generations, and four for longer than the run. Used by one thread.
 */
final class Turnover implements AutoCloseable {
    private static final int BATCH = 256;
    private static final int PROBES = 500;
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final Duration COMMITS = Duration.ofSeconds(1);
    private static final long ACCOUNT_SECONDS = 90;
    private static final LookupOptions BY_MEANING = new LookupOptions(true, null, null);

    /**
     * What is there at one moment, after the index has come to rest.
     *
     * @param accounted entries that the bound counts
     * @param heapBytes after a collection
     */
    record State(long stored, long live, long accounted, FolderFiles disk, long heapBytes, double storesPerSecond) {}

    /**
     * What some questions were answered.
     *
     * @param expiredAsked of which none may be answered
     */
    record Probe(int expiredAsked, int expiredAnswered, int unexpiredAsked, int unexpiredAnswered) {
        Probe plus(Probe other) {
            return new Probe(
                    expiredAsked + other.expiredAsked,
                    expiredAnswered + other.expiredAnswered,
                    unexpiredAsked + other.unexpiredAsked,
                    unexpiredAnswered + other.unexpiredAnswered);
        }
    }

    private final int capacity;
    private final Path folder;
    private final SteppedClock clock = new SteppedClock();
    private final NumberedQuestions questions = new NumberedQuestions();
    private final LongAdder evicted = new LongAdder();
    private final LuceneIndex index;
    private final SemanticCache cache;
    private final Random random = new Random(3);
    private int stored;
    private final long startMillis;
    private double storesPerSecond;

    /**
     * @param capacity the bound on entries
     * @param folder must not exist
     */
    Turnover(int capacity, Path folder) {
        this.capacity = capacity;
        this.folder = folder;
        this.startMillis = clock.millis();
        this.index = LuceneIndex.open(
                folder.resolve("index"),
                IndexOptions.of(questions.dimension(), questions.modelName()).withCommitInterval(COMMITS),
                clock);
        var saving = new SavingEstimate(PriceBook.bundled(List.of()), clock);
        var keeping = new Keeping(
                new Bounds(capacity, 0, 0),
                saving::picoDollars,
                (reason, entries, bytes) -> evicted.add(entries),
                folder.resolve("hits.bin"),
                ProvenPrincipals.inMemory());
        var settings = new SemanticCache.Settings(
                Runtime.getRuntime().availableProcessors(),
                64,
                // The model here costs nothing.
                0,
                16,
                0.01,
                LONGEST,
                LONGEST,
                64L << 20,
                false,
                SemanticCache.ConversationSettings.DEFAULT);
        var policy = new CosineCutoff(0.7, 0.95, 0.01, Calibration.BUNDLED_MODEL);
        this.cache = new SemanticCache(questions, index, policy, null, settings, keeping, clock, (stage, nanos) -> {});
    }

    /** Stores as many more questions as there is room for. */
    void generation() {
        long begun = System.nanoTime();
        for (int upTo = stored + capacity; stored < upTo; ) {
            List<Future<SemanticCache.Stored>> batch = new ArrayList<>();
            for (int end = Math.min(stored + BATCH, upTo); stored < end; stored++) {
                batch.add(store(stored));
            }
            Future.await(Future.all(batch));
            clock.step(Duration.ofSeconds(batch.size()));
        }
        storesPerSecond = capacity / ((System.nanoTime() - begun) / 1e9);
    }

    /** Lets the longest life pass, and the account of what is stored be swept, which happens once a minute. */
    void expireAll() {
        clock.step(LONGEST);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ACCOUNT_SECONDS);
        while (cache.residentEntries() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** What is there, once the index does nothing more. */
    State state() {
        PreparedData.awaitIdle();
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return new State(
                stored,
                index.count(EntryFilter.ofPrincipal(null), clock.millis()),
                cache.residentEntries(),
                FolderFiles.of(folder),
                memory.getHeapMemoryUsage().getUsed(),
                storesPerSecond);
    }

    /** Asks for stored questions, as they were stored and in other words. */
    Probe probe() {
        var probe = new Probe(0, 0, 0, 0);
        for (int i = 0; i < PROBES; i++) {
            int number = random.nextInt(stored);
            boolean expired = expiresMillis(number) <= clock.millis();
            int answered = answers(NumberedQuestions.stored(number)) + answers(NumberedQuestions.inOtherWords(number));
            probe = probe.plus(expired ? new Probe(2, answered, 0, 0) : new Probe(0, 0, 2, answered));
        }
        return probe;
    }

    /** Entries dropped to keep the bound. */
    long evicted() {
        return evicted.sum();
    }

    /** Lookups and stores that failed. */
    long faults() {
        return cache.faults();
    }

    @Override
    public void close() {
        cache.close();
        index.close();
    }

    private int answers(CacheQuery query) {
        return cache.lookup(query, BY_MEANING) instanceof Lookup.Hit ? 1 : 0;
    }

    private Future<SemanticCache.Stored> store(int number) {
        return cache.store(
                NumberedQuestions.stored(number),
                () -> Completion.decode(StoredAnswers.payload(number)),
                new StoreOptions(life(number), List.of(), null, NumberedQuestions.vector(number)));
    }

    /** When a question that was stored expires: its batch was stored when all before it had been. */
    private long expiresMillis(int number) {
        int storedBefore = number - number % capacity + number % capacity / BATCH * BATCH;
        return startMillis + 1000L * storedBefore + life(number).toMillis();
    }

    private Duration life(int number) {
        int lot = Math.floorMod(Integer.hashCode(number * 0x9E3779B9) >>> 8, 10);
        return lot < 3 ? Duration.ofSeconds(capacity / 2) : lot < 6 ? Duration.ofSeconds(2L * capacity) : LONGEST;
    }
}
