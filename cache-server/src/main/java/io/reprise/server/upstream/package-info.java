/**
 * Forwarding to the providers over HTTP: routes, credentials, streams.
 *
 * <p>Runs on the caller's Vert.x context, but for {@code ChatModel}, which the server itself asks, on threads that may block. Imports
 * {@code protocol}.
 */
@NullMarked
package io.reprise.server.upstream;

import org.jspecify.annotations.NullMarked;
