package io.reprise.server.gateway;

import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts tokens here where upstream reported none; marked as estimated. Thread-safe; counting takes time, so not on a request's way. */
public final class UsageEstimates {
    private final TokenCounter counter;

    public UsageEstimates(TokenCounter counter) {
        this.counter = counter;
    }

    /** The answer with its usage, upstream's own or else an estimate. */
    public Completion completed(Completion completion, CacheQuery query) {
        return completion.usage() != null
                ? completion
                : completion.withUsage(estimate(query.model(), query.text(), completion.text()));
    }

    /** An estimate for a prompt and an answer. */
    public Usage estimate(@Nullable String model, String prompt, String answer) {
        return counter.estimate(model, List.of(prompt), answer);
    }
}
