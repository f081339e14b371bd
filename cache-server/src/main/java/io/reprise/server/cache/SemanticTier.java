package io.reprise.server.cache;

import io.reprise.embedder.HiddenText;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.EntryIndex;
import io.reprise.index.Neighbour;
import io.reprise.index.SearchScope;
import io.reprise.server.cache.EmbeddingMemo.Meaning;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.Opinion;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.Terms;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.WouldBeHit;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.PromptParts;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Turn;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers to other texts: embeds, searches the scope and decides; and lets conversations go on that were answered so.
 *
 * <p>Thread-safe. Lookups wait on futures, as those of {@link SemanticCache} do.
 */
final class SemanticTier implements AutoCloseable {
    /** Longer texts cannot fit a model's window but by oddity, and tokenising a megabyte to find that out takes a second. */
    private static final int MAX_COMPARED_CHARS = 16 * 1024;

    /** Of a squared norm; float rounding stays far below. */
    private static final double NORM_TOLERANCE = 1e-3;

    /** What a lookup by meaning needs of the exact tier. */
    interface Entries {
        /** The entry with this id, if it may answer. */
        @Nullable CachedEntry exactly(String id, long now, long notBefore);

        /** Waits for a store in this scope that is under way. */
        void awaitStore(String scope);
    }

    private sealed interface Neighbours {
        /** What the policy made of the nearest in each scope that was searched. */
        record Found(float[] vector, List<Decision> decisions) implements Neighbours {}

        record NotComparable(String why) implements Neighbours {}
    }

    private final SentenceEmbedder embedder;
    private final EntryIndex index;
    private final HitPolicy policy;
    private final @Nullable RiskController risk;
    private final SemanticCache.Settings settings;
    private final Clock clock;
    private final StageTimer timer;
    private final Entries entries;
    private final Aliases aliases;
    private final EmbeddingMemo memo;
    private final WorkerPool embeddings;

    /**
     * @param risk has the last word about what the policy would serve; null where the policy itself has it
     */
    SemanticTier(
            SentenceEmbedder embedder,
            EntryIndex index,
            HitPolicy policy,
            @Nullable RiskController risk,
            SemanticCache.Settings settings,
            Clock clock,
            StageTimer timer,
            Entries entries) {
        this.embedder = embedder;
        this.index = index;
        this.policy = policy;
        this.risk = risk;
        this.settings = settings;
        this.clock = clock;
        this.timer = timer;
        this.entries = entries;
        this.aliases = new Aliases(settings.conversations().maxAliases());
        this.memo = new EmbeddingMemo(embedder, settings.embeddingMemoBytes());
        this.embeddings = new WorkerPool("reprise-embed", settings.embeddingThreads(), settings.embeddingQueue());
    }

    /**
     * Looks a query up that the exact tier has no answer to.
     *
     * @param notBefore only entries created at this time or later
     * @throws OverloadedException when too many wait for their embedding
     */
    Lookup lookup(CacheQuery query, LookupOptions options, long now, long notBefore) {
        Aliases.Alias alias = aliases.of(query.history(), now);
        Lookup.Hit sameText = alias == null ? null : sameTextUnder(alias, query, options, now, notBefore);
        return sameText != null ? sameText : byMeaning(query, alias, options, now, notBefore);
    }

    /** As {@link SemanticCache#goesOnFrom}. */
    void goesOnFrom(CacheQuery query, Lookup.Hit hit, List<List<Turn>> echoes) {
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
    }

    /** Forgets the conversations that are built on these entries. */
    void forget(List<String> ids) {
        aliases.removeThrough(ids);
        if (risk != null) {
            ids.forEach(risk::forget);
        }
    }

    /** Whether an answer may serve for another text at all. */
    boolean mayServe(Completion answer) {
        return settings.semanticToolCalls() || !answer.callsTools();
    }

    /** Embeddings that wait for a thread. */
    int waiting() {
        return embeddings.waiting();
    }

    /** Counts of what was embedded, and of what was not again. */
    EmbeddingMemo memo() {
        return memo;
    }

    /** Whether a lookup is being embedded, or waits for it. */
    boolean isBusy() {
        return embeddings.isBusy();
    }

    @Override
    public void close() {
        embeddings.close();
    }

    /** The answer to the same text in the history that the one sent stands for; that it does is a judgement, so the hit is one too. */
    private Lookup.@Nullable Hit sameTextUnder(
            Aliases.Alias alias, CacheQuery query, LookupOptions options, long now, long notBefore) {
        CachedEntry entry = entries.exactly(query.under(alias.history()).id(), now, notBefore);
        if (entry == null || !mayServe(entry.completion())) {
            return null;
        }
        Decision decision = policy.decide(
                query.meaning(),
                List.of(Candidate.neighbour(entry.id(), PromptParts.meaning(entry.prompt()), 1)),
                maxWrongRate(options));
        if (!(decision.verdict() instanceof Decision.Verdict.Hit)
                || alias.confidence() < settings.conversations().minConfidence()) {
            return null;
        }
        Ticket ticket = admit(query, options, entry, alias.confidence());
        if (!passes(ticket)) {
            giveUp(ticket);
            return null;
        }
        return new Lookup.Hit(Lookup.Kind.SEMANTIC, entry, 1, alias.confidence(), true, told(decision, ticket), ticket);
    }

    /** In the history that was sent, and then in the one that it stands for, when it stands for one. */
    private Lookup byMeaning(
            CacheQuery query, Aliases.@Nullable Alias alias, LookupOptions options, long now, long notBefore) {
        CacheQuery aliased = alias == null ? null : query.under(alias.history());
        List<String> scopes = aliased == null ? List.of(query.scope()) : List.of(query.scope(), aliased.scope());
        switch (neighbours(query, scopes, options, now, notBefore)) {
            case Neighbours.NotComparable(String why) -> {
                return Lookup.Miss.because("uncacheable:" + why);
            }
            case Neighbours.Found found -> {
                Lookup asSent = served(query, options, found, found.decisions().getFirst(), null, now, notBefore);
                if (alias == null
                        || asSent instanceof Lookup.Hit
                        || found.decisions().getLast().candidates().isEmpty()) {
                    return asSent;
                }
                giveUp(asSent.ticket());
                return served(query, options, found, found.decisions().getLast(), alias, now, notBefore);
            }
        }
    }

    private void took(LookupOptions options, StageTimer.Stage stage, long nanos) {
        timer.record(stage, nanos);
        options.stages().record(stage, nanos);
    }

    /** The nearest in each of the scopes, judged; all in one task of a worker, so that no event thread computes. */
    private Neighbours neighbours(
            CacheQuery query, List<String> scopes, LookupOptions options, long now, long notBefore) {
        String exactOnly = exactOnly(query);
        if (exactOnly != null) {
            return new Neighbours.NotComparable(exactOnly);
        }
        scopes.forEach(entries::awaitStore);
        return Future.await(embeddings.submit(() -> {
            long start = System.nanoTime();
            Meaning meaning = memo.of(query.principal(), query.meaning());
            long embedded = System.nanoTime();
            took(options, StageTimer.Stage.EMBED, embedded - start);
            return switch (meaning) {
                case Meaning.NotComparable(String why) -> new Neighbours.NotComparable(why);
                case Meaning.Compared(float[] vector) -> {
                    List<List<Neighbour>> nearest = scopes.stream()
                            .map(scope ->
                                    index.search(vector, new SearchScope(scope, now, notBefore), settings.candidates()))
                            .toList();
                    long searched = System.nanoTime();
                    took(options, StageTimer.Stage.SEARCH, searched - embedded);
                    List<Decision> decisions = nearest.stream()
                            .map(found -> policy.decide(query.meaning(), candidates(found), maxWrongRate(options)))
                            .toList();
                    took(options, StageTimer.Stage.DECIDE, System.nanoTime() - searched);
                    yield new Neighbours.Found(vector, decisions);
                }
            };
        }));
    }

    private double maxWrongRate(LookupOptions options) {
        return options.maxWrongRate() == null
                ? settings.maxWrongRate()
                : Math.min(options.maxWrongRate(), settings.maxWrongRate());
    }

    private static List<Candidate> candidates(List<Neighbour> nearest) {
        return nearest.stream()
                .map(n -> Candidate.neighbour(n.id(), PromptParts.meaning(n.text()), n.cosine()))
                .toList();
    }

    /**
     * What a decision comes to, now that the entry it chose is read and the controller is asked.
     *
     * @param alias by which the entry's history was found, or null when it is the one that was sent. A hit in another history is as sure
     *     as the hits that lead there
     */
    private Lookup served(
            CacheQuery query,
            LookupOptions options,
            Neighbours.Found found,
            Decision first,
            Aliases.@Nullable Alias alias,
            long now,
            long notBefore) {
        Decision decision = first;
        Ticket quarantined = null;
        while (true) {
            switch (decision.verdict()) {
                case Decision.Verdict.Miss(Decision.Reason reason) -> {
                    String why = quarantined == null ? reason.id() : why(quarantined);
                    return new Lookup.Miss(why, first.nearestCosine(), decision, found.vector(), null);
                }
                case Decision.Verdict.Hit(Candidate chosen, double probability) -> {
                    CachedEntry entry = entries.exactly(chosen.id(), now, notBefore);
                    if (entry != null && mayServe(entry.completion())) {
                        double confidence = alias == null ? probability : probability * alias.confidence();
                        if (alias != null
                                && confidence < settings.conversations().minConfidence()) {
                            return new Lookup.Miss("verifier", chosen.cosine(), decision, found.vector(), null);
                        }
                        Ticket ticket = admit(query, options, entry, confidence);
                        Decision told = told(decision, ticket);
                        if (ticket != null && alias == null && isLeftOpen(ticket)) {
                            told = told.withOpinion(options.second().of(query, entry));
                            ticket = told.opinion() == Opinion.SAME ? ticket.vouchedFor() : ticket;
                        }
                        if (ticket == null || passes(ticket) || ticket.served()) {
                            return new Lookup.Hit(
                                    Lookup.Kind.SEMANTIC,
                                    entry,
                                    chosen.cosine(),
                                    confidence,
                                    alias != null,
                                    told,
                                    ticket);
                        }
                        if (ticket.terms().reason() != Terms.Reason.QUARANTINE) {
                            return new Lookup.Miss(why(ticket), chosen.cosine(), told, found.vector(), ticket);
                        }
                        quarantined = ticket;
                    }
                    // Deleted since it was found, replaced by what may not serve, or in quarantine: decide again
                    // without it.
                    decision = without(chosen, decision, query.meaning(), options);
                }
            }
        }
    }

    /** What the controller says of a candidate that the policy would serve, or null where there is none. */
    private @Nullable Ticket admit(CacheQuery query, LookupOptions options, CachedEntry entry, double confidence) {
        return risk == null
                ? null
                : risk.admit(new WouldBeHit(
                        query.principal(),
                        query.namespace(),
                        entry.id(),
                        Long.parseUnsignedLong(query.id(), 0, 16, 16),
                        confidence,
                        maxWrongRate(options),
                        options.mayServe(),
                        options.auditable().test(entry)));
    }

    /** Whether it is likely enough, though perhaps it must not be served for other reasons. */
    private static boolean passes(@Nullable Ticket ticket) {
        return ticket == null || ticket.hit().probability() >= ticket.terms().cutoff();
    }

    /** Whether a candidate would be served if it were a little likelier: at least as likely right as wrong, and nothing held against it. */
    private boolean isLeftOpen(Ticket ticket) {
        WouldBeHit hit = ticket.hit();
        return hit.mayServe()
                && risk != null
                && risk.quarantineCutoff(hit.askedHash(), hit.entryId()) == 0
                && !passes(ticket)
                && !ticket.terms().exactOnly()
                && switch (ticket.terms().reason()) {
                    case AUDITS, CALIBRATION -> true;
                    case NOT_SHOWN, NAMESPACE, QUARANTINE -> false;
                };
    }

    private static String why(Ticket ticket) {
        return switch (ticket.terms().reason()) {
            case AUDITS, CALIBRATION -> Decision.Reason.VERIFIER.id();
            case NOT_SHOWN, NAMESPACE, QUARANTINE -> Decision.Reason.BOUND.id();
        };
    }

    private static Decision told(Decision decision, @Nullable Ticket ticket) {
        return ticket == null ? decision : decision.withCutoff(ticket.terms().cutoff());
    }

    /** Nobody will answer the audit of a candidate that another one has taken the place of. */
    private void giveUp(@Nullable Ticket ticket) {
        if (risk != null && ticket != null && ticket.audit()) {
            risk.auditLost(ticket);
        }
    }

    private Decision without(Candidate chosen, Decision decision, String asked, LookupOptions options) {
        List<Candidate> rest = new ArrayList<>(decision.candidates());
        if (!rest.removeIf(candidate -> candidate.id().equals(chosen.id()))) {
            throw new IllegalStateException("the policy chose what is no candidate");
        }
        return Future.await(embeddings.submit(() -> policy.decide(asked, rest, maxWrongRate(options))));
    }

    private static @Nullable String exactOnly(CacheQuery query) {
        return query.meaning().length() > MAX_COMPARED_CHARS ? "too-long" : query.exactOnly();
    }

    /** What a query is found by, or null when it is found by its key only; may be computed here and now. */
    float @Nullable [] vector(CacheQuery query, float @Nullable [] known) {
        return known != null || exactOnly(query) != null ? known : vector(memo.of(query.principal(), query.meaning()));
    }

    /** What a text is found by, computed here and now; null when it is not compared by meaning. */
    float @Nullable [] vector(String prompt) {
        String text = PromptParts.meaning(prompt);
        return isCompared(text) ? vector(memo.computed(text)) : null;
    }

    private static boolean isCompared(String text) {
        return !text.isBlank() && text.length() <= MAX_COMPARED_CHARS;
    }

    private static float @Nullable [] vector(Meaning meaning) {
        return switch (meaning) {
            case Meaning.Compared(float[] vector) -> vector;
            case Meaning.NotComparable none -> null;
        };
    }

    /**
     * Whether a vector from elsewhere can stand for a text in this index: of its dimension and of unit norm, and the
     * text one that is compared.
     */
    boolean suits(float[] vector, String prompt) {
        String text = PromptParts.meaning(prompt);
        if (!isCompared(text) || HiddenText.isIn(text)) {
            return false;
        }
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        return vector.length == embedder.dimension() && Math.abs(squares - 1) <= NORM_TOLERANCE;
    }

    /** Name of the model whose vectors these are. */
    String modelName() {
        return embedder.modelName();
    }
}
