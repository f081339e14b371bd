package io.reprise.server.access;

import io.reprise.server.ledger.Payer;

/**
 * Who sends a request.
 *
 * @param principal owner of what the request stores, and of all it may be answered with
 * @param payer who pays for it
 * @param anonymous whether the request carries no credential
 * @param administrator whether it may look across principals
 */
public record Caller(String principal, Payer payer, boolean anonymous, boolean administrator) {}
