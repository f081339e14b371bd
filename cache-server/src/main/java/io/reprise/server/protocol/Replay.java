package io.reprise.server.protocol;

import java.time.Instant;

/**
 * What an answer needs to be rendered beside itself.
 *
 * @param id id for an answer that was stored as a bare text
 * @param model model for an answer that names none
 * @param created when it was stored
 * @param streamUsage whether a stream carries its usage, where the wire leaves that to the client
 */
public record Replay(String id, String model, Instant created, boolean streamUsage) {}
