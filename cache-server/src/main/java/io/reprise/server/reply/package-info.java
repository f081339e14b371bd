/**
 * Answers of our own: errors in the shape that each client reads, whole bodies, and what becomes of a request that is not read.
 *
 * <p>To be used on the request's context. Imports {@code protocol}.
 */
@NullMarked
package io.reprise.server.reply;

import org.jspecify.annotations.NullMarked;
