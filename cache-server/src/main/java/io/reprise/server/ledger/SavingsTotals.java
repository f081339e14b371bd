package io.reprise.server.ledger;

import java.util.List;

/**
 * What a number of calls cost and saved.
 *
 * <p>{@code spentPicoDollars + savedPicoDollars} is what the priced calls would have cost without the cache. Sums stop at the end of
 * the range of {@code long} instead of wrapping.
 *
 * @param calls all calls that were not refused; the five outcomes and the rules add up to it
 * @param exactHits answered from the cache by the same text
 * @param semanticHits answered from the cache by a text of the same meaning
 * @param misses looked up and not found
 * @param bypasses not looked up
 * @param coalesced answered by an equal call's upstream answer
 * @param unpricedCalls calls and audits of which an amount is unknown; that amount is in no sum of money
 * @param inputTokens input tokens spent upstream, those of unpriced calls and of overhead among them
 * @param outputTokens output tokens spent upstream, likewise
 * @param savedInputTokens input tokens that hits and coalesced calls would have used upstream
 * @param savedOutputTokens output tokens, likewise
 * @param spentPicoDollars what upstream charged
 * @param savedPicoDollars what would have been charged without the cache, less what was; negative when overhead outweighs it
 * @param audits hits that were also answered upstream, to find out how often hits are wrong; they are no calls of their own
 * @param auditPicoDollars what upstream charged for audits; part of what was spent
 * @param rules answered by a rule of the operator's; they are calls
 * @param refused not allowed by a limit or a budget; they are no calls, and counted here alone
 */
public record SavingsTotals(
        long calls,
        long exactHits,
        long semanticHits,
        long misses,
        long bypasses,
        long coalesced,
        long unpricedCalls,
        long inputTokens,
        long outputTokens,
        long savedInputTokens,
        long savedOutputTokens,
        long spentPicoDollars,
        long savedPicoDollars,
        long audits,
        long auditPicoDollars,
        long rules,
        long refused) {

    /** Of calls alone, without audits. */
    SavingsTotals(
            long calls,
            long exactHits,
            long semanticHits,
            long misses,
            long bypasses,
            long coalesced,
            long unpricedCalls,
            long inputTokens,
            long outputTokens,
            long savedInputTokens,
            long savedOutputTokens,
            long spentPicoDollars,
            long savedPicoDollars) {
        this(
                calls,
                exactHits,
                semanticHits,
                misses,
                bypasses,
                coalesced,
                unpricedCalls,
                inputTokens,
                outputTokens,
                savedInputTokens,
                savedOutputTokens,
                spentPicoDollars,
                savedPicoDollars,
                0,
                0,
                0,
                0);
    }

    /** No calls. */
    public static final SavingsTotals ZERO = ofCells(new long[17]);

    /** The names of the components as columns, in their order. */
    public static final List<String> COLUMNS = List.of(
            "calls",
            "exact_hits",
            "semantic_hits",
            "misses",
            "bypasses",
            "coalesced",
            "unpriced_calls",
            "input_tokens",
            "output_tokens",
            "saved_input_tokens",
            "saved_output_tokens",
            "spent_pico_dollars",
            "saved_pico_dollars",
            "audits",
            "audit_pico_dollars",
            "rules",
            "refused");

    /** The totals of both. */
    public SavingsTotals plus(SavingsTotals other) {
        long[] sum = cells();
        long[] added = other.cells();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = PicoDollars.saturatedAdd(sum[i], added[i]);
        }
        return ofCells(sum);
    }

    /** The components in the order of {@link #COLUMNS}; a new array. */
    public long[] cells() {
        return new long[] {
            calls,
            exactHits,
            semanticHits,
            misses,
            bypasses,
            coalesced,
            unpricedCalls,
            inputTokens,
            outputTokens,
            savedInputTokens,
            savedOutputTokens,
            spentPicoDollars,
            savedPicoDollars,
            audits,
            auditPicoDollars,
            rules,
            refused
        };
    }

    /** The inverse of {@link #cells()}. */
    public static SavingsTotals ofCells(long[] cells) {
        return new SavingsTotals(
                cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7], cells[8], cells[9],
                cells[10], cells[11], cells[12], cells[13], cells[14], cells[15], cells[16]);
    }
}
