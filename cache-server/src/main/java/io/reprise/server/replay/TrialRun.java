package io.reprise.server.replay;

import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.decision.Candidate;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Completion;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs the calls of a log through one cache, as the server would: a miss stores its answer, a hit stores nothing.
 *
 * <p>One thing is left out: after a semantic hit the server also knows the conversation by the answer it gave. In a log each conversation
 * goes on from its own answer, so there is nothing to recognise. Confined to one thread.
 */
final class TrialRun {
    private static final LookupOptions ANY = new LookupOptions(true, null, null);
    /** Marks entries whose answer the log does not have. */
    private static final String NO_ANSWER = "no-answer";

    private static final Completion PLACEHOLDER = Completion.ofText("-", null, null);

    private final Setting setting;
    private final SemanticCache cache;
    private final Foremost leastSure;
    private final Foremost nearMisses;
    private final Map<String, Long> misses = new TreeMap<>();
    private final Map<Agreement, Long> agreements = new EnumMap<>(Agreement.class);
    private final Similarities similarities = Similarities.none();
    private long lookups;
    private long exactHits;
    private long semanticHits;
    private double expectedWrong;
    private Bill saved = Bill.EMPTY;

    TrialRun(Trial trial, int pairs) {
        this.setting = trial.setting();
        this.cache = trial.cache();
        this.leastSure = new Foremost(Comparator.comparingDouble(Pair::nearness), pairs);
        this.nearMisses =
                new Foremost(Comparator.comparingDouble(Pair::nearness).reversed(), pairs);
    }

    /** Asks the cache the next call of the log. */
    void next(long line, LogLine.Asked asked, CallCosts.Cost cost) {
        lookups++;
        String uncacheable = asked.call().uncacheable();
        if (uncacheable != null) {
            missed("uncacheable:" + uncacheable);
            return;
        }
        switch (cache.lookup(asked.query(), ANY)) {
            case Lookup.Hit hit
            when hit.kind() == Lookup.Kind.EXACT -> {
                exactHits++;
                saved = saved.plus(cost);
            }
            case Lookup.Hit hit -> {
                saved = saved.plus(cost);
                served(line, asked, hit);
            }
            case Lookup.Miss miss -> {
                missed(miss.reason());
                notServed(line, asked, miss);
                if (asked.kept()) {
                    store(asked, miss);
                }
            }
        }
    }

    Outcome outcome() {
        return new Outcome(
                setting,
                lookups,
                exactHits,
                semanticHits,
                new TreeMap<>(misses),
                expectedWrong,
                agreements,
                saved,
                similarities,
                leastSure.inOrder(),
                nearMisses.inOrder());
    }

    private void missed(String reason) {
        misses.merge(reason, 1L, Long::sum);
    }

    private void served(long line, LogLine.Asked asked, Lookup.Hit hit) {
        semanticHits++;
        expectedWrong += 1 - hit.confidence();
        similarities.count(hit.similarity(), true);
        Agreement agreement = agreement(asked, hit);
        if (agreement != null) {
            agreements.merge(agreement, 1L, Long::sum);
        }
        CacheQuery query = asked.query();
        leastSure.offer(new Pair(
                line,
                Excerpt.of(query.text(), hit.entry().prompt()),
                hit.similarity(),
                hit.confidence(),
                List.of(),
                agreement));
    }

    private void notServed(long line, LogLine.Asked asked, Lookup.Miss miss) {
        if (miss.similarity() != null) {
            similarities.count(miss.similarity(), false);
        }
        if (miss.decision() == null) {
            return;
        }
        Pair.nearest(miss.decision()).ifPresent(near -> nearMisses.offer(pair(line, asked, near)));
    }

    private static Pair pair(long line, LogLine.Asked asked, Candidate near) {
        Excerpt texts = Excerpt.of(asked.query().text(), near.text());
        return new Pair(line, texts, near.cosine(), near.probability(), near.vetoes(), null);
    }

    private static @Nullable Agreement agreement(LogLine.Asked asked, Lookup.Hit hit) {
        Completion answer = asked.answer();
        return answer == null || hit.entry().tags().contains(NO_ANSWER)
                ? null
                : Agreement.of(answer.text(), hit.entry().completion().text());
    }

    private void store(LogLine.Asked asked, Lookup.Miss miss) {
        Completion answer = asked.answer() == null ? PLACEHOLDER : asked.answer();
        List<String> tags = asked.answer() == null ? List.of(NO_ANSWER) : List.of();
        Future.await(cache.store(asked.query(), () -> answer, new StoreOptions(null, tags, null, miss.vector())));
    }
}
