package io.reprise.server.cache;

import io.reprise.index.EntryFilter;
import io.reprise.index.EntryIndex;
import io.reprise.index.Neighbour;
import io.reprise.index.Resemblance;
import io.reprise.server.prompt.Prompts;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what an invalidation means, and takes it out of the index. What memory has is the business of {@link SemanticCache}.
 *
 * <p>Thread-safe. Computes and reads on the calling thread.
 */
final class Invalidation {
    private final EntryIndex index;
    private final SemanticTier semantic;
    private final Clock clock;

    Invalidation(EntryIndex index, SemanticTier semantic, Clock clock) {
        this.index = index;
        this.semantic = semantic;
        this.clock = clock;
    }

    /** What is to be looked for, ready to be compared; null where everything that the filter matches is meant. */
    @Nullable Resemblance resemblance(Selection selection) {
        if (selection.prompt() == null) {
            return null;
        }
        String text = Prompts.normal(selection.prompt());
        float[] vector = semantic.vector(text);
        return new Resemblance(text, vector, (float) selection.minCosine());
    }

    /** What {@link #remove} would take now. */
    Matches matches(EntryFilter filter, @Nullable Resemblance what) {
        if (what == null) {
            List<Matches.Example> newest =
                    index.list(filter, clock.millis(), Matches.MAX_EXAMPLES, null).entries().stream()
                            .map(entry -> new Matches.Example(entry.id(), entry.text(), null))
                            .toList();
            return new Matches(index.count(filter, clock.millis()), newest);
        }
        List<Neighbour> found = resembling(filter, what);
        return new Matches(
                found.size(),
                found.stream()
                        .limit(Matches.MAX_EXAMPLES)
                        .map(n -> new Matches.Example(n.id(), n.text(), Float.isNaN(n.cosine()) ? null : n.cosine()))
                        .toList());
    }

    /** Removes it, and says what it was. */
    List<String> remove(EntryFilter filter, @Nullable Resemblance what) {
        return what == null
                ? index.removeAll(filter, clock.millis())
                : index.removeAll(
                        resembling(filter, what).stream().map(Neighbour::id).toList());
    }

    private List<Neighbour> resembling(EntryFilter filter, Resemblance what) {
        return index.resembling(what, filter, clock.millis(), Selection.MAX_RESEMBLING);
    }
}
