package io.reprise.server.replay;

import io.reprise.server.cache.SemanticCache;

/**
 * A setting and the empty cache that it is tried with.
 *
 * @param cache stays the caller's to close
 */
public record Trial(Setting setting, SemanticCache cache) {}
