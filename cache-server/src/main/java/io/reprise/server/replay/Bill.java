package io.reprise.server.replay;

import io.reprise.server.protocol.Usage;

/**
 * What some calls cost upstream.
 *
 * @param calls how many
 * @param picoDollars of those whose price is known
 * @param unpriced calls whose price is unknown, which are not in the dollars
 * @param withoutAnswer calls of which only the prompt is counted
 * @param inputTokens of all
 * @param outputTokens of all
 */
record Bill(long calls, long picoDollars, long unpriced, long withoutAnswer, long inputTokens, long outputTokens) {
    static final Bill EMPTY = new Bill(0, 0, 0, 0, 0, 0);

    Bill plus(CallCosts.Cost cost) {
        Usage usage = cost.usage();
        return new Bill(
                calls + 1,
                picoDollars + cost.picoDollars().orElse(0),
                unpriced + (cost.picoDollars().isPresent() ? 0 : 1),
                withoutAnswer + (cost.answerCounted() ? 0 : 1),
                inputTokens + usage.inputTokens(),
                outputTokens + usage.outputTokens());
    }

    double dollars() {
        return picoDollars / 1e12;
    }

    /** Whether no price is known of any call. */
    boolean unknown() {
        return calls > 0 && unpriced == calls;
    }
}
