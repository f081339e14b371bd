/**
 * The second opinion: a small chat model of the operator's is asked whether two prompts ask the same, where the
 * verifier leaves that open.
 *
 * <p>Imports of the server {@code audit}, {@code decision}, {@code ledger} and {@code protocol} alone. Who asks waits,
 * for a bounded time; the model is asked on virtual threads.
 */
@NullMarked
package io.reprise.server.opinion;

import org.jspecify.annotations.NullMarked;
