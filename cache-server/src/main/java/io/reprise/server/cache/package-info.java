/**
 * The answer pipeline: exact tier, lookup, decision, store.
 *
 * <p>Sequential code that runs on virtual threads; native calls and disk reads go through its worker pools. Imports
 * {@code protocol}, {@code prompt} and {@code decision}.
 */
@NullMarked
package io.reprise.server.cache;

import org.jspecify.annotations.NullMarked;
