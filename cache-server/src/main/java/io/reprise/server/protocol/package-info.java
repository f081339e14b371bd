/**
 * Wire formats: request bytes to {@code Call}, stored {@code Completion} to response bytes, as JSON or as server-sent events.
 *
 * <p>Pure: no I/O, no clock, no Vert.x HTTP types. Imports nothing of the server.
 */
@NullMarked
package io.reprise.server.protocol;

import org.jspecify.annotations.NullMarked;
