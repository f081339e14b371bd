package io.reprise.server.decision.bound;

/**
 * The controller's answer to one would-be hit. Whoever holds it for the lookup may later report an audit and one vote.
 *
 * @param number unique while the process lives
 * @param hit what was asked
 * @param served whether its answer is to be served
 * @param terms what it had to reach
 * @param audit whether it must be audited; then exactly one of {@link RiskController#audited} and {@link
 *     RiskController#auditLost} is owed, soon
 * @param propensity the probability with which {@code audit} was drawn, 0 to 1
 */
public record Ticket(long number, WouldBeHit hit, boolean served, Terms terms, boolean audit, double propensity) {
    /** The same of a hit that is served under its cut-off, because somebody else has vouched for it. */
    public Ticket vouchedFor() {
        return new Ticket(number, hit, true, terms, audit, propensity);
    }
}
