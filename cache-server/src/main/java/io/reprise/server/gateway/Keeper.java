package io.reprise.server.gateway;

import io.reprise.server.cache.OverloadedException;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.SemanticCache.Stored;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.Completion;
import io.reprise.server.telemetry.Telemetry;
import io.reprise.server.upstream.Provider;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts upstream's answers into the cache, and tells of each that is not why: the meters, and the log at DEBUG. Thread-safe. */
final class Keeper {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);
    /**
     * How long an answer that is here waits to learn whether it is stored. A store takes a fraction of a millisecond, or an embedding
     * more; where it takes longer the server has too much to do, and what is not known is not said.
     */
    private static final long PATIENCE_MILLIS = 1_000;

    private final SemanticCache cache;
    private final UsageEstimates estimates;
    private final Telemetry telemetry;

    Keeper(SemanticCache cache, UsageEstimates estimates, Telemetry telemetry) {
        this.cache = cache;
        this.estimates = estimates;
        this.telemetry = telemetry;
    }

    /** Takes note of a caller whom upstream has shown to know. */
    void proves(Provider provider, int status, Account account) {
        if (provider.knowsCallerBy(status)) {
            cache.prove(account.principal());
        }
    }

    /** Begins to store an answer that is whole, and says how that goes on; for one that is not stored, completed. Never fails. */
    Future<Kept> keep(Exchange exchange, Unanswered unanswered, Answers.Reading reading) {
        if (!exchange.storable()) {
            return Future.succeededFuture(Kept.UNSAID);
        }
        return switch (reading) {
            case Answers.Reading.NotKept notKept -> Future.succeededFuture(not(notKept.why()));
            case Answers.Reading.Whole(Completion completion) -> {
                CacheControls controls = exchange.controls();
                yield told(cache.store(
                        exchange.query(),
                        () -> estimates.completed(completion, exchange.query()),
                        new StoreOptions(controls.ttl(), controls.tags(), exchange.askedAt(), unanswered.vector())));
            }
        };
    }

    /** An answer that is not stored although its call would have it so, unless the call would not. */
    Kept notKept(Exchange exchange, String why) {
        return exchange.storable() ? not(why) : Kept.UNSAID;
    }

    /** Tells of an answer that is not stored. */
    Kept not(String why) {
        telemetry.notStored(why);
        log.debug("an answer is not stored: {}", why);
        return Kept.not(why);
    }

    /** What came of a store. Never fails. */
    Future<Kept> told(Future<Stored> storing) {
        return storing.map(stored -> switch (stored) {
                    case CREATED, REPLACED -> Kept.STORED;
                    case OUTDATED -> not("outdated");
                })
                .otherwise(failure -> {
                    cache.count("store", failure);
                    return not(failure instanceof OverloadedException ? "overload" : "refused");
                });
    }

    /** Waits for what comes of a store, as virtual threads may, but not for long. */
    static Kept await(Future<Kept> keeping) {
        return Future.await(
                keeping.timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).otherwise(Kept.UNSAID));
    }
}
