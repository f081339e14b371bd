package io.reprise.server.audit;

import io.reprise.server.ledger.ModelUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about two answers.
 *
 * @param judgement the last word, or null when nobody judged, for a reason that has nothing to do with the answers
 * @param used what finding it out has used upstream
 */
public record Finding(@Nullable Judgement judgement, List<ModelUsage> used) {
    public Finding {
        used = List.copyOf(used);
    }

    /** Without asking anybody. */
    static Finding free(Judgement judgement) {
        return new Finding(judgement, List.of());
    }
}
