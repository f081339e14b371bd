/**
 * Forwarding to the providers over HTTP: routes, credentials, streams.
 *
 * <p>Runs on the caller's Vert.x context. Imports {@code protocol}.
 */
@NullMarked
package io.reprise.server.upstream;

import org.jspecify.annotations.NullMarked;
