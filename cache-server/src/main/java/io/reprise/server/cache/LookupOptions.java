package io.reprise.server.cache;

import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one lookup allows.
 *
 * @param semantic whether an answer to another text may serve
 * @param maxAge only entries at most this old, or null for any age
 * @param mayServe false when a hit is only recorded and never served
 * @param auditable whether a hit on an entry may be found out about with a fresh answer; asked before it is known
 *     whether it will be
 * @param maxWrongRate ceiling on the share of wrong hits, or null for the server's; a looser one than the server's counts as the server's
 * @param second is asked about a candidate that the cut-off keeps back
 * @param stages takes the time of each stage of this lookup, beside the meters that take it of all
 */
public record LookupOptions(
        boolean semantic,
        boolean mayServe,
        Predicate<CachedEntry> auditable,
        @Nullable Duration maxAge,
        @Nullable Double maxWrongRate,
        SecondOpinion second,
        StageTimer stages) {

    /** Of lookups whose hits nobody finds out about. */
    public static final Predicate<CachedEntry> NOT_AUDITED = entry -> false;

    private static final StageTimer UNTIMED = (stage, nanos) -> {};

    /** A lookup whose stages nobody times for itself. */
    public LookupOptions(
            boolean semantic,
            boolean mayServe,
            Predicate<CachedEntry> auditable,
            @Nullable Duration maxAge,
            @Nullable Double maxWrongRate) {
        this(semantic, mayServe, auditable, maxAge, maxWrongRate, SecondOpinion.NONE, UNTIMED);
    }

    /** A lookup whose hit is served, and not audited. */
    public LookupOptions(boolean semantic, @Nullable Duration maxAge, @Nullable Double maxWrongRate) {
        this(semantic, true, NOT_AUDITED, maxAge, maxWrongRate);
    }

    /** The same with audits of these hits. */
    public LookupOptions audited(Predicate<CachedEntry> those) {
        return new LookupOptions(semantic, mayServe, those, maxAge, maxWrongRate, second, stages);
    }

    /** The same with a second opinion. */
    public LookupOptions seconded(SecondOpinion by) {
        return new LookupOptions(semantic, mayServe, auditable, maxAge, maxWrongRate, by, stages);
    }

    /** The same, timed. */
    public LookupOptions timed(StageTimer by) {
        return new LookupOptions(semantic, mayServe, auditable, maxAge, maxWrongRate, second, by);
    }
}
