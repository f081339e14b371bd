package io.reprise.server.gateway;

import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Usage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Settles the tabs of answers that have come, counting elsewhere first what upstream has not counted. Thread-safe. */
final class Accounting {
    private final UsageEstimates estimates;
    private final Executor counting;

    /**
     * @param counting where tokens are counted; bounded
     */
    Accounting(UsageEstimates estimates, Executor counting) {
        this.estimates = estimates;
        this.counting = counting;
    }

    /**
     * Settles a tab with what its answer has used.
     *
     * @param usage by upstream's count, or null where it gave none
     * @param answer the words of the answer
     */
    void settle(Tab tab, CacheQuery query, @Nullable Usage usage, Supplier<String> answer) {
        if (usage != null) {
            settle(tab, usage);
            return;
        }
        tab.settlesLater();
        try {
            counting.execute(() -> {
                // What a fault leaves uncounted is settled all the same.
                tab.uses(Usage.of(0, 0, true));
                try {
                    tab.uses(estimates.estimate(tab.account().model(), query.text(), answer.get()));
                } finally {
                    tab.settle();
                }
            });
        } catch (RejectedExecutionException e) {
            settle(tab, Usage.of(0, 0, true));
        }
    }

    private static void settle(Tab tab, Usage usage) {
        tab.uses(usage);
        tab.settle();
    }
}
