package io.reprise.server.cache;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.Entry;
import io.reprise.index.EntryFilter;
import io.reprise.index.EntryIndex;
import io.reprise.index.EntryPage;
import io.reprise.index.Neighbour;
import io.reprise.index.SearchScope;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Turn;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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
    /** With more stores waiting, a lookup does not wait for the last of them: it would take longer than it may win. */
    private static final int MAX_AWAITED_WRITES = 32;
    /** Batches of answers are large, and their stores may wait for the disk. */
    private static final long MAX_WAITING_BYTES = 256L << 20;
    /** A store takes milliseconds; one that takes longer than this hangs, and lookups must not hang with it. */
    private static final long MAX_AWAITED_MILLIS = 1_000;
    /** Longer texts cannot fit a model's window but by oddity, and tokenising a megabyte to find that out takes a second. */
    private static final int MAX_COMPARED_CHARS = 16 * 1024;

    /**
     * What the cache may use and how long things live.
     *
     * @param embeddingThreads embeddings computed at once
     * @param embeddingQueue embeddings that may wait; past it lookups miss with {@code overload}
     * @param candidates neighbours a decision sees, 1 to 128
     * @param maxWrongRate the operator's ceiling on the share of wrong hits, 0 to 1
     * @param ttl how long an entry lives when nobody says
     * @param maxTtl the longest life
     * @param exactMemoryBytes memory of the exact tier
     * @param conversations how conversations that were answered from the cache go on
     */
    public record Settings(
            int embeddingThreads,
            int embeddingQueue,
            int candidates,
            double maxWrongRate,
            Duration ttl,
            Duration maxTtl,
            long exactMemoryBytes,
            ConversationSettings conversations) {}

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

    private sealed interface Neighbours {
        /** The nearest in each scope that was searched. */
        record Found(float[] vector, List<List<Neighbour>> nearest) implements Neighbours {}

        record NotComparable(String why) implements Neighbours {}
    }

    private final SentenceEmbedder embedder;
    private final EntryIndex index;
    private final HitPolicy policy;
    private final Settings settings;
    private final Clock clock;
    private final StageTimer timer;
    private final ExactTier exact;
    private final Aliases aliases;
    private final WorkerPool embeddings;
    private final WorkerPool reads;
    private final WorkerPool writes;
    private final LongAdder faults = new LongAdder();
    /** Shared by stores, exclusive to bulk deletes, so that no store slips past a delete that it began before. */
    private final ReadWriteLock deletion = new ReentrantReadWriteLock();

    /** The latest store under way of each exact key and of each scope: its answer has reached a client, who may ask again at once. */
    private final Map<String, Future<Stored>> pending = new ConcurrentHashMap<>();

    private final AtomicLong waitingBytes = new AtomicLong();

    private Instant lastBulkDelete = Instant.MIN;

    /** Uses the embedder and the index, which stay the caller's to close, after this. */
    public SemanticCache(
            SentenceEmbedder embedder,
            EntryIndex index,
            HitPolicy policy,
            Settings settings,
            Clock clock,
            StageTimer timer) {
        this.embedder = embedder;
        this.index = index;
        this.policy = policy;
        this.settings = settings;
        this.clock = clock;
        this.timer = timer;
        this.exact = new ExactTier(index, settings.exactMemoryBytes(), clock);
        this.aliases = new Aliases(settings.conversations().maxAliases());
        this.embeddings = new WorkerPool("reprise-embed", settings.embeddingThreads(), settings.embeddingQueue());
        this.reads = new WorkerPool("reprise-read", 2, READ_QUEUE);
        this.writes = new WorkerPool("reprise-write", settings.embeddingThreads(), WRITE_QUEUE);
    }

    /** The exact hit that memory has for a query, or null. Never waits, but for a store of the same key that is under way. */
    public Lookup.@Nullable Hit remembered(CacheQuery query, LookupOptions options) {
        long start = System.nanoTime();
        long now = clock.millis();
        CachedEntry entry = exact.inMemory(query.id());
        if (entry == null || !entry.answers(now, notBefore(options, now)) || pending.containsKey(query.id())) {
            return null;
        }
        timer.record(StageTimer.Stage.EXACT, System.nanoTime() - start);
        return Lookup.Hit.exact(entry);
    }

    /** Looks a query up: the exact tier first, then by meaning. Never throws for an operating failure. */
    public Lookup lookup(CacheQuery query, LookupOptions options) {
        long now = clock.millis();
        long notBefore = notBefore(options, now);
        try {
            CachedEntry same = exactly(query.id(), now, notBefore);
            if (same != null) {
                return Lookup.Hit.exact(same);
            }
            if (!options.semantic()) {
                return Lookup.Miss.because("no_candidate");
            }
            Aliases.Alias alias = aliases.of(query.history(), now);
            Lookup.Hit sameText = alias == null ? null : sameTextUnder(alias, query, options, now, notBefore);
            return sameText != null ? sameText : byMeaning(query, alias, options, now, notBefore);
        } catch (OverloadedException e) {
            return Lookup.Miss.because("overload");
        } catch (RuntimeException | Error e) {
            // Errors too: native libraries fail with those.
            count("lookup", e);
            return Lookup.Miss.because("uncacheable:fault");
        }
    }

    /** The answer to the same prompt that has ended less than a time ago, where nothing fresher is to be had (RFC 5861, section 4). */
    public Future<Optional<Lookup.Hit>> stale(CacheQuery query, Duration endedWithin) {
        long endedAfter = clock.millis() - endedWithin.toMillis();
        return reads.submit(
                () -> index.get(query.id(), endedAfter).map(CachedEntry::of).map(Lookup.Hit::exact));
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
        CachedEntry entry = hit.entry();
        List<String> chain = new ArrayList<>();
        long expires = entry.expiresAt().toEpochMilli();
        if (hit.aliased()) {
            Aliases.Alias before = aliases.of(query.history(), clock.millis());
            if (before == null) {
                return;
            }
            chain.addAll(before.entries());
            expires = Math.min(expires, before.expiresMillis());
        }
        chain.add(entry.id());
        if (chain.size() > settings.conversations().maxChain()) {
            return;
        }
        for (List<Turn> echo : echoes) {
            String history = Prompts.continued(entry.id(), echo);
            aliases.put(
                    Prompts.continued(query.id(), echo), new Aliases.Alias(history, hit.confidence(), chain, expires));
        }
        if (exact.inMemory(entry.id()) == null) {
            // Out of memory, or deleted since it answered: then no alias may stay.
            reads.submit(() -> exact.load(entry.id()) == null).onSuccess(deleted -> {
                if (deleted) {
                    aliases.removeThrough(List.of(entry.id()));
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
            awaitStores(ids);
            List<@Nullable CachedEntry> entries = exactly(ids);
            entries.replaceAll(entry -> entry != null && entry.answers(now, notBefore) ? entry : null);
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
            float[] vector = completion.callsTools() ? null : vector(query, options.vector());
            return put(query, completion, vector, options);
        });
        awaitedBy(List.of(query.id(), query.scope()), stored);
        return stored;
    }

    /**
     * Stores many answers that are found by their exact keys only, in one go. Lookups of these keys that come meanwhile wait for it, as
     * with {@link #store}.
     *
     * @param answers one for each query
     * @param finish makes what is stored out of them, on the writing thread
     * @return completes when lookups see all of them, and fails as {@link #store} does, then with any number of them stored; at once when
     *     too much waits to be stored
     */
    public Future<Void> storeAll(
            List<CacheQuery> queries,
            List<Completion> answers,
            UnaryOperator<List<Completion>> finish,
            StoreOptions options) {
        long bytes = answers.stream().mapToLong(answer -> answer.json().length).sum();
        if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            return Future.failedFuture(new OverloadedException(MAX_WAITING_BYTES + " bytes wait to be stored already"));
        }
        Future<Stored> stored = writes.submit(() -> {
            List<Completion> finished = finish.apply(answers);
            Stored last = Stored.CREATED;
            for (int i = 0; i < queries.size(); i++) {
                last = put(queries.get(i), finished.get(i), null, options);
            }
            return last;
        });
        stored.onComplete(done -> waitingBytes.addAndGet(-bytes));
        awaitedBy(queries.stream().map(CacheQuery::id).toList(), stored);
        return stored.mapEmpty();
    }

    /** What came of a store. */
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

    /** A page of the entries that match, newest first. */
    public Future<Page> list(EntryFilter filter, int limit, @Nullable String cursor) {
        return reads.submit(() -> {
            EntryPage page = index.list(filter, clock.millis(), limit, cursor);
            return new Page(page.entries().stream().map(CachedEntry::of).toList(), page.nextCursor());
        });
    }

    /** A page of a listing. */
    public record Page(List<CachedEntry> entries, @Nullable String nextCursor) {}

    /** Deletes an entry, if the principal owns it; null stands for every principal. */
    public Future<Boolean> delete(String id, @Nullable String principal) {
        return writes.submit(() -> {
            deletion.writeLock().lock();
            try {
                if (visible(id, principal).isEmpty()) {
                    return false;
                }
                boolean removed = index.remove(id);
                exact.remove(List.of(id));
                aliases.removeThrough(List.of(id));
                return removed;
            } finally {
                deletion.writeLock().unlock();
            }
        });
    }

    /** Deletes every entry that matches, and says how many. */
    public Future<Integer> deleteAll(EntryFilter filter) {
        return writes.submit(() -> {
            deletion.writeLock().lock();
            try {
                lastBulkDelete = clock.instant();
                List<String> removed = index.removeAll(filter, clock.millis());
                exact.remove(removed);
                aliases.removeThrough(removed);
                return removed.size();
            } finally {
                deletion.writeLock().unlock();
            }
        });
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

    /** Embeddings that wait for a thread. */
    public int waitingEmbeddings() {
        return embeddings.waiting();
    }

    /** Counts a fault and logs it, without the prompt. */
    public void count(String where, Throwable fault) {
        faults.increment();
        log.warn("{} failed, the call goes on without the cache: {}", where, fault.toString());
        log.debug("the failure", fault);
    }

    @Override
    public void close() {
        embeddings.close();
        writes.close();
        reads.close();
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
        deletion.readLock().lock();
        try {
            if (options.askedAt() != null && !options.askedAt().isAfter(lastBulkDelete)) {
                return Stored.OUTDATED;
            }
            return exact.store(entry, vector) ? Stored.REPLACED : Stored.CREATED;
        } finally {
            deletion.readLock().unlock();
        }
    }

    private void awaitedBy(List<String> idsAndScopes, Future<Stored> stored) {
        idsAndScopes.forEach(each -> pending.put(each, stored));
        stored.onComplete(done -> idsAndScopes.forEach(each -> pending.remove(each, stored)));
    }

    private @Nullable CachedEntry exactly(String id, long now, long notBefore) {
        long start = System.nanoTime();
        CachedEntry entry = exact.inMemory(id);
        if (awaitStore(id)) {
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

    /** Waits for a store under way, and says whether there was one. Whether it worked is the business of who stores. */
    private boolean awaitStore(String idOrScope) {
        Future<Stored> coming = pending.get(idOrScope);
        if (coming == null || writes.waiting() > MAX_AWAITED_WRITES) {
            return false;
        }
        Future.await(coming.timeout(MAX_AWAITED_MILLIS, TimeUnit.MILLISECONDS).otherwise(Stored.OUTDATED));
        return true;
    }

    private void awaitStores(List<String> ids) {
        List<Future<Stored>> coming = ids.stream()
                .map(pending::get)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (!coming.isEmpty() && writes.waiting() <= MAX_AWAITED_WRITES) {
            Future.await(Future.join(coming)
                    .timeout(MAX_AWAITED_MILLIS, TimeUnit.MILLISECONDS)
                    .otherwiseEmpty());
        }
    }

    private static long notBefore(LookupOptions options, long now) {
        return options.maxAge() == null
                ? Long.MIN_VALUE
                : now - options.maxAge().toMillis();
    }

    /** The answer to the same text in the history that the one sent stands for; that it does is a judgement, so the hit is one too. */
    private Lookup.@Nullable Hit sameTextUnder(
            Aliases.Alias alias, CacheQuery query, LookupOptions options, long now, long notBefore) {
        CachedEntry entry = exactly(query.under(alias.history()).id(), now, notBefore);
        if (entry == null || entry.completion().callsTools()) {
            return null;
        }
        Decision decision = policy.decide(
                query.text(), List.of(Candidate.neighbour(entry.id(), entry.prompt(), 1)), maxWrongRate(options));
        boolean serves = decision.verdict() instanceof Decision.Verdict.Hit;
        return serves && alias.confidence() >= settings.conversations().minConfidence()
                ? new Lookup.Hit(Lookup.Kind.SEMANTIC, entry, 1, alias.confidence(), true, decision)
                : null;
    }

    /** In the history that was sent, and then in the one that it stands for, when it stands for one. */
    private Lookup byMeaning(
            CacheQuery query, Aliases.@Nullable Alias alias, LookupOptions options, long now, long notBefore) {
        CacheQuery aliased = alias == null ? null : query.under(alias.history());
        List<String> scopes = aliased == null ? List.of(query.scope()) : List.of(query.scope(), aliased.scope());
        switch (neighbours(query, scopes, now, notBefore)) {
            case Neighbours.NotComparable(String why) -> {
                return Lookup.Miss.because("uncacheable:" + why);
            }
            case Neighbours.Found found -> {
                Lookup asSent = decide(query, options, found, found.nearest().getFirst(), now, notBefore);
                if (alias == null
                        || asSent instanceof Lookup.Hit
                        || found.nearest().getLast().isEmpty()) {
                    return asSent;
                }
                Lookup through = decide(query, options, found, found.nearest().getLast(), now, notBefore);
                return through instanceof Lookup.Hit hit ? aliased(hit, alias, found) : through;
            }
        }
    }

    /** A hit in another history is as sure as the hits that lead there. */
    private Lookup aliased(Lookup.Hit hit, Aliases.Alias alias, Neighbours.Found found) {
        double confidence = hit.confidence() * alias.confidence();
        return confidence >= settings.conversations().minConfidence()
                ? new Lookup.Hit(hit.kind(), hit.entry(), hit.similarity(), confidence, true, hit.decision())
                : new Lookup.Miss("verifier", hit.similarity(), hit.decision(), found.vector());
    }

    /** The nearest in each of the scopes. */
    private Neighbours neighbours(CacheQuery query, List<String> scopes, long now, long notBefore) {
        String exactOnly = exactOnly(query);
        if (exactOnly != null) {
            return new Neighbours.NotComparable(exactOnly);
        }
        scopes.forEach(this::awaitStore);
        return Future.await(embeddings.submit(() -> {
            long start = System.nanoTime();
            Embedding embedding = embedder.embed(query.text());
            long embedded = System.nanoTime();
            timer.record(StageTimer.Stage.EMBED, embedded - start);
            return switch (embedding) {
                case Embedding.TooLong tooLong -> new Neighbours.NotComparable("too-long");
                // Texts that differ only in words the model does not know have one vector.
                case Embedding.Vector v when v.unknownTokens() > 0 -> new Neighbours.NotComparable("unknown-words");
                case Embedding.Vector v -> {
                    List<List<Neighbour>> nearest = scopes.stream()
                            .map(scope -> index.search(
                                    v.vector(), new SearchScope(scope, now, notBefore), settings.candidates()))
                            .toList();
                    timer.record(StageTimer.Stage.SEARCH, System.nanoTime() - embedded);
                    yield new Neighbours.Found(v.vector(), nearest);
                }
            };
        }));
    }

    private double maxWrongRate(LookupOptions options) {
        return options.maxWrongRate() == null
                ? settings.maxWrongRate()
                : Math.min(options.maxWrongRate(), settings.maxWrongRate());
    }

    private Lookup decide(
            CacheQuery query,
            LookupOptions options,
            Neighbours.Found found,
            List<Neighbour> nearest,
            long now,
            long notBefore) {
        long start = System.nanoTime();
        List<Candidate> candidates = new ArrayList<>(nearest.size());
        nearest.forEach(n -> candidates.add(Candidate.neighbour(n.id(), n.text(), n.cosine())));
        while (true) {
            Decision decision = policy.decide(query.text(), candidates, maxWrongRate(options));
            switch (decision.verdict()) {
                case Decision.Verdict.Miss(Decision.Reason reason) -> {
                    timer.record(StageTimer.Stage.DECIDE, System.nanoTime() - start);
                    return new Lookup.Miss(reason.id(), decision.nearestCosine(), decision, found.vector());
                }
                case Decision.Verdict.Hit(Candidate chosen, double confidence) -> {
                    timer.record(StageTimer.Stage.DECIDE, System.nanoTime() - start);
                    CachedEntry entry = exactly(chosen.id(), now, notBefore);
                    if (entry != null && !entry.completion().callsTools()) {
                        return new Lookup.Hit(
                                Lookup.Kind.SEMANTIC, entry, chosen.cosine(), confidence, false, decision);
                    }
                    // Deleted since it was found, or replaced by what may not serve: decide again without it.
                    if (!candidates.removeIf(c -> c.id().equals(chosen.id()))) {
                        throw new IllegalStateException("the policy chose what is no candidate");
                    }
                }
            }
        }
    }

    private static @Nullable String exactOnly(CacheQuery query) {
        return query.text().length() > MAX_COMPARED_CHARS ? "too-long" : query.exactOnly();
    }

    private float @Nullable [] vector(CacheQuery query, float @Nullable [] known) {
        if (known != null || exactOnly(query) != null) {
            return known;
        }
        return switch (embedder.embed(query.text())) {
            case Embedding.TooLong tooLong -> null;
            case Embedding.Vector v -> v.unknownTokens() > 0 ? null : v.vector();
        };
    }

    private Optional<CachedEntry> visible(String id, @Nullable String principal) {
        return Optional.ofNullable(exact.load(id))
                .filter(entry -> entry.answers(clock.millis(), Long.MIN_VALUE))
                .filter(entry -> principal == null || principal.equals(entry.principal()));
    }
}
