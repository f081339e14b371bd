package io.reprise.server.decision.bound;

/**
 * A candidate that passed floor and guards, before anybody asked whether its probability is enough.
 *
 * @param principal who asks
 * @param namespace the principal's namespace; evidence that tightens is kept for the two together
 * @param entryId the entry whose answer would serve
 * @param askedHash a hash of the text that was asked, at least 64 bits that spread well: with the entry it names the pair
 * @param probability the verifier's, that the answer is right, 0 to 1
 * @param maxWrongRate ceiling the caller asks for, 0 to 1; more than the operator's counts as the operator's
 * @param mayServe false when nothing is served by meaning whatever the probability ({@code mode: shadow} or {@code exact})
 * @param auditable whether a fresh answer can be had ({@code only-if-cached} cannot). What is not auditable is outside the bound
 */
public record WouldBeHit(
        String principal,
        String namespace,
        String entryId,
        long askedHash,
        double probability,
        double maxWrongRate,
        boolean mayServe,
        boolean auditable) {

    public WouldBeHit {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be 0 to 1, is " + probability);
        }
        if (!(maxWrongRate >= 0 && maxWrongRate <= 1)) {
            throw new IllegalArgumentException("maxWrongRate must be 0 to 1, is " + maxWrongRate);
        }
    }
}
