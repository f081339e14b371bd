package io.reprise.server.ledger;

import io.reprise.server.protocol.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of one model.
 *
 * @param model the model that used them, or null when unknown
 * @param usage how many
 */
public record ModelUsage(@Nullable String model, Usage usage) {}
