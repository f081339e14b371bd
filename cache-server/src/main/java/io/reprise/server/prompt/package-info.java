/**
 * What a call asks: its scope, its exact key, the text compared by meaning, and whether it may be cached or why not.
 *
 * <p>Pure. Imports {@code protocol} only.
 */
@NullMarked
package io.reprise.server.prompt;

import org.jspecify.annotations.NullMarked;
