package io.reprise.server.cache;

import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.Entry;
import io.reprise.index.EntryFilter;
import io.reprise.index.EntryIndex;
import io.reprise.index.EntryPage;
import io.reprise.index.Resemblance;
import io.reprise.index.ScanPage;
import io.reprise.index.StaleEntries;
import io.reprise.index.StoredEntry;
import io.reprise.index.WriteRefusedException;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Turn;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache: exact tier, semantic lookup, decision, store and invalidation, in the order a request meets them.
 *
 * <p>Thread-safe. {@link #lookup} is sequential code that waits on futures, made for virtual threads; everything that may hold a
 * thread (the model, the disk) runs on pools of platform threads that this owns. A fault of a part is counted, logged and told as
 * a miss, so that it costs a call upstream and not the caller's answer.
 */
public final class SemanticCache implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SemanticCache.class);
    private static final int READ_QUEUE = 4096;
    private static final int WRITE_QUEUE = 4096;
    /** A read from the index takes some ten microseconds, so that a task holds its thread for a few milliseconds. */
    private static final int READS_PER_TASK = 256;

    /**
     * What the cache may use and how long things live.
     *
     * @param embeddingThreads embeddings computed at once
     * @param embeddingQueue embeddings that may wait; past it lookups miss with {@code overload}
     * @param embeddingMemoBytes memory for what was embedded of late, at least 0
     * @param candidates neighbours a decision sees, 1 to 128
     * @param maxWrongRate the operator's ceiling on the share of wrong hits, 0 to 1
     * @param ttl how long an entry lives when nobody says
     * @param maxTtl the longest life
     * @param exactMemoryBytes memory of the exact tier
     * @param semanticToolCalls whether an answer that calls tools may serve for another text
     * @param conversations how conversations that were answered from the cache go on
     */
    public record Settings(
            int embeddingThreads,
            int embeddingQueue,
            long embeddingMemoBytes,
            int candidates,
            double maxWrongRate,
            Duration ttl,
            Duration maxTtl,
            long exactMemoryBytes,
            boolean semanticToolCalls,
            ConversationSettings conversations) {
        /** The same with other memories. */
        public Settings withMemory(long embeddingMemo, long exactMemory) {
            return new Settings(
                    embeddingThreads,
                    embeddingQueue,
                    embeddingMemo,
                    candidates,
                    maxWrongRate,
                    ttl,
                    maxTtl,
                    exactMemory,
                    semanticToolCalls,
                    conversations);
        }
    }

    /**
     * How conversations that were answered from the cache go on to be.
     *
     * @param maxAliases conversations remembered, at least 0
     * @param maxChain semantic hits that one may be built on, at least 0
     * @param minConfidence what the product of their confidences must reach, 0 to 1
     */
    public record ConversationSettings(int maxAliases, int maxChain, double minConfidence) {
        /** What the configuration has by default. */
        public static final ConversationSettings DEFAULT = new ConversationSettings(100_000, 8, 0.5);
    }

    private final EntryIndex index;
    private final Settings settings;
    private final Clock clock;
    private final StageTimer timer;
    private final ExactTier exact;
    private final SemanticTier semantic;
    private final Invalidation invalidation;
    private final Restoration restoration;
    private final WorkerPool reads;
    private final WorkerPool writes;
    private final PendingStores pending;
    private final Removals removals;
    private final EntryWatch watch;
    private final @Nullable Evictor evictor;
    private volatile @Nullable Reembedding reembedding;
    private final LongAdder faults = new LongAdder();

    /** As the other constructor, with a policy that has the last word itself, and without bounds. */
    public SemanticCache(
            SentenceEmbedder embedder,
            EntryIndex index,
            HitPolicy policy,
            Settings settings,
            Clock clock,
            StageTimer timer) {
        this(embedder, index, policy, null, settings, null, clock, timer);
    }

    /**
     * Uses the embedder and the index, which stay the caller's to close, after this.
     *
     * @param risk has the last word about what the policy would serve, or null
     * @param keeping bounds what is stored, or null
     */
    public SemanticCache(
            SentenceEmbedder embedder,
            EntryIndex index,
            HitPolicy policy,
            @Nullable RiskController risk,
            Settings settings,
            @Nullable Keeping keeping,
            Clock clock,
            StageTimer timer) {
        this.index = index;
        this.settings = settings;
        this.clock = clock;
        this.timer = timer;
        this.evictor = keeping == null ? null : new Evictor(keeping, index, clock);
        this.watch = evictor == null ? EntryWatch.NONE : evictor;
        this.exact = new ExactTier(index, settings.exactMemoryBytes(), clock, watch);
        this.reads = new WorkerPool("reprise-read", 2, READ_QUEUE);
        this.writes = new WorkerPool("reprise-write", settings.embeddingThreads(), WRITE_QUEUE);
        this.pending = new PendingStores(writes::waiting);
        this.semantic =
                new SemanticTier(embedder, index, policy, risk, settings, clock, timer, new SemanticTier.Entries() {
                    @Override
                    public @Nullable CachedEntry exactly(String id, long now, long notBefore) {
                        return SemanticCache.this.exactly(id, now, notBefore);
                    }

                    @Override
                    public void awaitStore(String scope) {
                        pending.await(scope);
                    }
                });
        this.invalidation = new Invalidation(index, semantic, clock);
        this.removals = new Removals(index, exact, semantic, clock);
        this.restoration = new Restoration(exact, semantic, settings.maxTtl(), clock, removals.storing());
        if (evictor != null) {
            evictor.start(removals);
        }
    }

    /**
     * Embeds in the background, from now on until {@link #close}, what another sentence model has embedded. To be called once.
     *
     * @param stale of the index of this cache
     */
    public void reembed(StaleEntries stale) {
        reembedding =
                new Reembedding(stale, entry -> renew(stale, entry), () -> semantic.isBusy() || writes.isBusy(), clock);
    }

    /** About how many entries still are to be embedded anew. */
    public long reembeddingRemaining() {
        Reembedding running = reembedding;
        return running == null ? 0 : running.remaining();
    }

    /** Attempts to embed an entry anew that failed, and are repeated. */
    public long reembeddingFailures() {
        Reembedding running = reembedding;
        return running == null ? 0 : running.failures();
    }

    /** The exact hit that memory has for a query, or null. Never waits, but for a store of the same key that is under way. */
    public Lookup.@Nullable Hit remembered(CacheQuery query, LookupOptions options) {
        long start = System.nanoTime();
        long now = clock.millis();
        long notBefore = notBefore(options, now);
        CachedEntry entry = null;
        for (String id : query.ids()) {
            if (pending.has(id)) {
                return null;
            }
            CachedEntry here = exact.inMemory(id);
            entry = here != null && here.answers(now, notBefore) ? newer(entry, here) : entry;
        }
        if (entry == null) {
            return null;
        }
        long nanos = System.nanoTime() - start;
        timer.record(StageTimer.Stage.EXACT, nanos);
        options.stages().record(StageTimer.Stage.EXACT, nanos);
        watch.answered(entry.id());
        return Lookup.Hit.exact(entry);
    }

    /** Looks a query up: the exact tier first, then by meaning. Never throws for an operating failure. */
    public Lookup lookup(CacheQuery query, LookupOptions options) {
        long now = clock.millis();
        long notBefore = notBefore(options, now);
        try {
            Lookup found = found(query, options, now, notBefore);
            if (found instanceof Lookup.Hit hit) {
                watch.answered(hit.entry().id());
            }
            return found;
        } catch (OverloadedException e) {
            return Lookup.Miss.because("overload");
        } catch (RuntimeException | Error e) {
            // Errors too: native libraries fail with those.
            count("lookup", e);
            return Lookup.Miss.because("uncacheable:fault");
        }
    }

    private Lookup found(CacheQuery query, LookupOptions options, long now, long notBefore) {
        long start = System.nanoTime();
        CachedEntry same = null;
        for (String id : query.ids()) {
            same = newer(same, exactly(id, now, notBefore));
        }
        options.stages().record(StageTimer.Stage.EXACT, System.nanoTime() - start);
        if (same != null) {
            return Lookup.Hit.exact(same);
        }
        return options.semantic()
                ? semantic.lookup(query, options, now, notBefore)
                : Lookup.Miss.because("no_candidate");
    }

    /** The answer to the same prompt that has ended less than a time ago, where nothing fresher is to be had (RFC 5861, section 4). */
    public Future<Optional<Lookup.Hit>> stale(CacheQuery query, Duration endedWithin) {
        long endedAfter = clock.millis() - endedWithin.toMillis();
        return reads.submit(() -> query.ids().stream()
                .flatMap(id -> index.get(id, endedAfter).stream())
                .findFirst()
                .map(CachedEntry::of)
                .map(Lookup.Hit::exact));
    }

    /**
     * Remembers that a conversation goes on from a hit on another text: its next turn may then be answered by what the entry's own
     * conversation was answered.
     *
     * @param query what was asked
     * @param hit what answered it
     * @param echoes the turns as which a client may send the answer back
     */
    public void goesOnFrom(CacheQuery query, Lookup.Hit hit, List<List<Turn>> echoes) {
        String id = hit.entry().id();
        semantic.goesOnFrom(query, hit, echoes);
        if (exact.inMemory(id) == null) {
            // Out of memory, or deleted since it answered: then no alias may stay.
            reads.submit(() -> exact.load(id) == null).onSuccess(deleted -> {
                if (deleted) {
                    semantic.forget(List.of(id));
                }
            });
        }
    }

    /**
     * Looks many queries up in the exact tier, in one go. Never throws for an operating failure.
     *
     * @param maxAge only entries at most this old, or null for any age
     */
    public ExactMatches lookupAll(List<CacheQuery> queries, @Nullable Duration maxAge) {
        long start = System.nanoTime();
        long now = clock.millis();
        long notBefore = maxAge == null ? Long.MIN_VALUE : now - maxAge.toMillis();
        try {
            List<String> ids = queries.stream().map(CacheQuery::id).toList();
            pending.await(ids);
            List<@Nullable CachedEntry> entries = exactly(ids);
            entries.replaceAll(entry -> entry != null && entry.answers(now, notBefore) ? entry : null);
            for (CachedEntry entry : entries) {
                if (entry != null) {
                    watch.answered(entry.id());
                }
            }
            timer.record(StageTimer.Stage.EXACT, System.nanoTime() - start);
            return new ExactMatches(entries, null);
        } catch (OverloadedException e) {
            return ExactMatches.none(queries.size(), "overload");
        } catch (RuntimeException | Error e) {
            count("lookup", e);
            return ExactMatches.none(queries.size(), "uncacheable:fault");
        }
    }

    /**
     * Stores an answer, off the caller's thread. Lookups of the same scope that come meanwhile wait for it, for at most a second.
     *
     * @param answer makes the answer on the writing thread
     * @return what came of it, once a lookup that starts afterwards sees it. Fails with {@link OverloadedException} or what the index
     *     says
     */
    public Future<Stored> store(CacheQuery query, Supplier<Completion> answer, StoreOptions options) {
        Future<Stored> stored = writes.submit(() -> {
            Completion completion = answer.get();
            CacheQuery stands = query.storedFor(completion);
            boolean shared = stands.id().equals(query.id());
            float[] vector = shared && semantic.mayServe(completion) ? semantic.vector(query, options.vector()) : null;
            return put(stands, completion, vector, options);
        });
        List<String> waitedFor = new ArrayList<>(query.ids());
        waitedFor.add(query.scope());
        pending.add(Set.of(query.principal()), waitedFor, stored);
        return stored;
    }

    /**
     * Stores many answers that are found by their exact keys only, in one go. Lookups of these keys that come meanwhile wait for it, as
     * with {@link #store}.
     *
     * @param answers one for each query
     * @param finish makes what is stored out of them, on the writing thread
     * @return the worst that came of any, when lookups see all of them; fails as {@link #store} does, then with any number of them stored; at once when
     *     too much waits to be stored
     */
    public Future<Stored> storeAll(
            List<CacheQuery> queries,
            List<Completion> answers,
            UnaryOperator<List<Completion>> finish,
            StoreOptions options) {
        long bytes = answers.stream().mapToLong(answer -> answer.json().length).sum();
        try {
            pending.reserve(bytes);
        } catch (OverloadedException e) {
            return Future.failedFuture(e);
        }
        Future<Stored> stored = writes.submit(() -> {
            List<Completion> finished = finish.apply(answers);
            Stored all = Stored.CREATED;
            for (int i = 0; i < queries.size(); i++) {
                Stored one = put(queries.get(i), finished.get(i), null, options);
                all = one.compareTo(all) > 0 ? one : all;
            }
            return all;
        });
        stored.onComplete(done -> pending.release(bytes));
        Set<String> owners = queries.stream().map(CacheQuery::principal).collect(Collectors.toUnmodifiableSet());
        pending.add(owners, queries.stream().map(CacheQuery::id).toList(), stored);
        return stored;
    }

    /** What came of a store, from good to bad. */
    public enum Stored {
        /** Nothing was there before. */
        CREATED,
        /** It replaced an answer to the same prompt in the same scope. */
        REPLACED,
        /** It was dropped, because a bulk delete came since the call was asked. */
        OUTDATED
    }

    /** The unexpired entry with this id, if the principal owns it; null stands for every principal. */
    public Future<Optional<CachedEntry>> get(String id, @Nullable String principal) {
        return reads.submit(() -> visible(id, principal));
    }

    /** A page of the entries that match, newest first; the first one waits for stores under way. */
    public Future<Page> list(EntryFilter filter, int limit, @Nullable String cursor) {
        return settled(filter, cursor)
                .compose(done -> reads.submit(() -> {
                    EntryPage page = index.list(filter, clock.millis(), limit, cursor);
                    return new Page(page.entries().stream().map(CachedEntry::of).toList(), page.nextCursor());
                }));
    }

    /** Answers have reached callers, who expect to find them; later pages take what the first one saw. */
    private Future<Void> settled(EntryFilter filter, @Nullable String goesOnFrom) {
        return goesOnFrom == null ? pending.settled(filter.principal()) : Future.succeededFuture();
    }

    /** A page of a listing. */
    public record Page(List<CachedEntry> entries, @Nullable String nextCursor) {}

    /** Deletes an entry, if the principal owns it; null stands for every principal. */
    public Future<Boolean> delete(String id, @Nullable String principal) {
        return writes.submit(() -> removals.one(id, () -> visible(id, principal).isPresent()));
    }

    /** Deletes every entry that matches, and says how many. */
    public Future<Integer> deleteAll(EntryFilter filter) {
        return deleteAll(Selection.of(filter));
    }

    /** Deletes every entry that is meant, those whose stores are under way among them, and says how many. */
    public Future<Integer> deleteAll(Selection selection) {
        return settled(selection.filter(), null)
                .compose(done -> writes.submit(() -> {
                    Resemblance what = invalidation.resemblance(selection);
                    return removals.many(() -> invalidation.remove(selection.filter(), what));
                }));
    }

    /** What {@link #deleteAll(Selection)} would delete now. */
    public Future<Matches> matches(Selection selection) {
        return settled(selection.filter(), null)
                .compose(done -> writes.submit(
                        () -> invalidation.matches(selection.filter(), invalidation.resemblance(selection))));
    }

    /** As {@link EntryIndex#scan}; from its beginning it waits for stores under way. */
    public Future<ScanPage> scan(EntryFilter filter, @Nullable String afterId, int maxEntries, long maxBytes) {
        return settled(filter, afterId)
                .compose(done -> reads.submit(() -> index.scan(filter, clock.millis(), afterId, maxEntries, maxBytes)));
    }

    /** What came of restoring an entry. */
    public enum Restored {
        /** It is stored. */
        STORED,
        /** One that is as new is there, and stays. */
        KEPT,
        /** It would not answer any more. */
        EXPIRED
    }

    /**
     * Stores an entry that was stored before, here or elsewhere, under its own key and with its own times: created now at the latest, and
     * expiring after the longest life at the latest.
     *
     * @param entry whose payload {@link Completion#decode} reads
     * @param byMeaning whether it may answer other texts
     * @param vector what it was found by, or null; where it does not suit this index, the text is embedded
     */
    public Future<Restored> restore(Entry entry, boolean byMeaning, float @Nullable [] vector) {
        return writes.submit(() -> restoration.restore(entry, byMeaning, vector));
    }

    /** Name of the model whose vectors entries are found by. */
    public String modelName() {
        return semantic.modelName();
    }

    /** How many unexpired entries match. */
    public Future<Long> count(EntryFilter filter) {
        return reads.submit(() -> index.count(filter, clock.millis()));
    }

    /** Bytes of the index on disk. */
    public Future<Long> sizeBytes() {
        return reads.submit(index::sizeBytes);
    }

    /** Lookups and stores that a part's fault has spoilt since the start. */
    public long faults() {
        return faults.sum();
    }

    /** Notes that upstream has taken a principal's credential: it has a share of the room of its own then. */
    public void prove(String principal) {
        if (evictor != null) {
            evictor.residents().prove(principal);
        }
    }

    /** Entries accounted for, where there are bounds; else 0. */
    public long residentEntries() {
        return evictor == null ? 0 : evictor.residents().entries();
    }

    /** Bytes they take, as the bounds count them. */
    public long residentBytes() {
        return evictor == null ? 0 : evictor.residents().bytes();
    }

    /** Returns when the bounds are kept. For tests. */
    void awaitEvictor() {
        if (evictor != null) {
            evictor.await();
        }
    }

    /** Embeddings that wait for a thread. */
    public int waitingEmbeddings() {
        return semantic.waiting();
    }

    /** Texts that were not embedded, because they had been of late. */
    public long memoHits() {
        return semantic.memo().hits();
    }

    /** Texts that lookups and stores had embedded. */
    public long memoMisses() {
        return semantic.memo().misses();
    }

    /** Counts a fault and logs it, without the prompt. */
    public void count(String where, Throwable fault) {
        faults.increment();
        if (fault instanceof WriteRefusedException) {
            // A full disk fails every store: the index tells of it once, and counts.
            log.debug("{} failed, the disk refuses writes", where, fault);
            return;
        }
        log.warn("{} failed, the call goes on without the cache: {}", where, fault.toString());
        log.debug("the failure", fault);
    }

    @Override
    public void close() {
        Reembedding running = reembedding;
        if (running != null) {
            running.close();
        }
        semantic.close();
        writes.close();
        reads.close();
        if (evictor != null) {
            evictor.close();
        }
    }

    private Stored put(CacheQuery query, Completion completion, float @Nullable [] vector, StoreOptions options) {
        Instant now = clock.instant();
        Duration ttl = options.ttl() == null ? settings.ttl() : options.ttl();
        Instant expires = now.plus(ttl.compareTo(settings.maxTtl()) < 0 ? ttl : settings.maxTtl());
        var entry = new Entry(
                query.id(),
                query.scope(),
                query.principal(),
                query.namespace(),
                query.model(),
                query.text(),
                completion.encode(),
                options.tags(),
                now.toEpochMilli(),
                expires.toEpochMilli());
        removals.storing().lock();
        try {
            if (options.askedAt() != null && removals.manySince(options.askedAt())) {
                return Stored.OUTDATED;
            }
            return exact.store(entry, vector) ? Stored.REPLACED : Stored.CREATED;
        } finally {
            removals.storing().unlock();
        }
    }

    /** An entry that was never to answer other texts gets no vector now either: why not, it does not say. */
    private boolean renew(StaleEntries stale, StoredEntry stored) {
        float[] vector = stored.byNearness() ? semantic.vector(stored.entry().text()) : null;
        removals.storing().lock();
        try {
            return exact.renew(stale, stored, vector);
        } finally {
            removals.storing().unlock();
        }
    }

    /** The one that was stored later; of two as new, the first. */
    private static @Nullable CachedEntry newer(@Nullable CachedEntry first, @Nullable CachedEntry second) {
        return first == null || (second != null && second.createdAt().isAfter(first.createdAt())) ? second : first;
    }

    private static long notBefore(LookupOptions options, long now) {
        return options.maxAge() == null
                ? Long.MIN_VALUE
                : now - options.maxAge().toMillis();
    }

    private @Nullable CachedEntry exactly(String id, long now, long notBefore) {
        long start = System.nanoTime();
        CachedEntry entry = exact.inMemory(id);
        if (pending.await(id)) {
            entry = exact.inMemory(id);
        }
        if (entry == null) {
            entry = Future.await(reads.submit(() -> Optional.ofNullable(exact.load(id))))
                    .orElse(null);
        }
        timer.record(StageTimer.Stage.EXACT, System.nanoTime() - start);
        return entry != null && entry.answers(now, notBefore) ? entry : null;
    }

    /** What memory has, or else the index, which a few tasks read that share their threads with others. */
    private List<@Nullable CachedEntry> exactly(List<String> ids) {
        List<@Nullable CachedEntry> entries = new ArrayList<>(ids.size());
        ids.forEach(id -> entries.add(exact.inMemory(id)));
        if (!entries.contains(null)) {
            return entries;
        }
        List<Future<List<Optional<CachedEntry>>>> parts = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += READS_PER_TASK) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + READS_PER_TASK));
            parts.add(reads.submit(() ->
                    some.stream().map(id -> Optional.ofNullable(exact.load(id))).toList()));
        }
        Future.await(Future.all(parts));
        entries.clear();
        parts.forEach(part -> part.result().forEach(entry -> entries.add(entry.orElse(null))));
        return entries;
    }

    private Optional<CachedEntry> visible(String id, @Nullable String principal) {
        return Optional.ofNullable(exact.load(id))
                .filter(entry -> entry.answers(clock.millis(), Long.MIN_VALUE))
                .filter(entry -> principal == null || principal.equals(entry.principal()));
    }
}
