package io.reprise.server.decision.bound;

/**
 * What one principal's namespace has against itself.
 *
 * @param terms cut-off in force there
 * @param served auditable semantic hits, since the evidence began
 * @param audits verdicts on would-be hits, served or not
 * @param alarms verdicts among them that were not {@link Verdict#SAME}
 * @param wrongVotes votes that counted
 */
public record NamespaceEvidence(Terms terms, long served, long audits, long alarms, long wrongVotes) {}
