package io.reprise.server.audit;

import io.reprise.server.protocol.Completion;

/**
 * Two answers to what may be the same question.
 *
 * @param cachedPrompt what the cached answer was given to
 * @param cached the cache's answer
 * @param prompt what was asked
 * @param fresh upstream's answer to it
 */
public record Comparison(String cachedPrompt, Completion cached, String prompt, Completion fresh) {}
