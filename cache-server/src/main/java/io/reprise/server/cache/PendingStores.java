package io.reprise.server.cache;

import io.reprise.server.cache.SemanticCache.Stored;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores that are under way: their answers have reached clients, who may ask again at once, and then wait for them. Thread-safe; waits on
 * futures, as virtual threads do.
 */
final class PendingStores {
    /** With more stores waiting, a lookup does not wait for the last of them: it would take longer than it may win. */
    private static final int MAX_AWAITED_WRITES = 32;
    /** A store takes milliseconds; one that takes longer than this hangs, and lookups must not hang with it. */
    private static final long MAX_AWAITED_MILLIS = 1_000;
    /** Batches of answers are large, and their stores may wait for the disk. */
    private static final long MAX_WAITING_BYTES = 256L << 20;

    /** The latest store under way of each exact key and of each scope. */
    private final Map<String, Future<Stored>> pending = new ConcurrentHashMap<>();

    /** Whose answers each store under way holds. */
    private final Map<Future<Stored>, Set<String>> principals = new ConcurrentHashMap<>();

    private final AtomicLong waitingBytes = new AtomicLong();
    private final IntSupplier waitingWrites;

    /** @param waitingWrites how many stores wait for a thread */
    PendingStores(IntSupplier waitingWrites) {
        this.waitingWrites = waitingWrites;
    }

    /** Lets lookups of these, and whatever concerns all entries of these principals, wait for a store. */
    void add(Set<String> owners, List<String> idsAndScopes, Future<Stored> stored) {
        principals.put(stored, owners);
        idsAndScopes.forEach(each -> pending.put(each, stored));
        stored.onComplete(done -> {
            principals.remove(stored);
            idsAndScopes.forEach(each -> pending.remove(each, stored));
        });
    }

    /**
     * Completes when the stores are done that are under way now, whether they worked or not, or take too long.
     *
     * @param principal whose, or null for everybody's
     */
    Future<Void> settled(@Nullable String principal) {
        List<Future<Stored>> coming = principals.entrySet().stream()
                .filter(each -> principal == null || each.getValue().contains(principal))
                .map(Map.Entry::getKey)
                .toList();
        if (coming.isEmpty()) {
            return Future.succeededFuture();
        }
        return Future.join(coming)
                .timeout(MAX_AWAITED_MILLIS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .mapEmpty();
    }

    boolean has(String id) {
        return pending.containsKey(id);
    }

    /** Takes room for a batch of this many bytes, to be {@link #release}d; throws when too many wait already. */
    void reserve(long bytes) {
        if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
            release(bytes);
            throw new OverloadedException(MAX_WAITING_BYTES + " bytes wait to be stored already");
        }
    }

    void release(long bytes) {
        waitingBytes.addAndGet(-bytes);
    }

    /** Waits for a store under way, and says whether there was one. Whether it worked is the business of who stores. */
    boolean await(String idOrScope) {
        Future<Stored> coming = pending.get(idOrScope);
        if (coming == null || isBusy()) {
            return false;
        }
        Future.await(coming.timeout(MAX_AWAITED_MILLIS, TimeUnit.MILLISECONDS).otherwise(Stored.OUTDATED));
        return true;
    }

    /** Waits for the stores under way of any of these. */
    void await(List<String> ids) {
        List<Future<Stored>> coming = ids.stream()
                .map(pending::get)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (!coming.isEmpty() && !isBusy()) {
            Future.await(Future.join(coming)
                    .timeout(MAX_AWAITED_MILLIS, TimeUnit.MILLISECONDS)
                    .otherwiseEmpty());
        }
    }

    private boolean isBusy() {
        return waitingWrites.getAsInt() > MAX_AWAITED_WRITES;
    }
}
