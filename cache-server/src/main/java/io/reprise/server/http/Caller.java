package io.reprise.server.http;

/**
 * Who sends a request.
 *
 * @param principal owner of what the request stores, and of all it may be answered with
 * @param anonymous whether the request carries no credential
 * @param administrator whether it may look across principals
 */
record Caller(String principal, boolean anonymous, boolean administrator) {}
