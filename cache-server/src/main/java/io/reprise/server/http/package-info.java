/**
 * Routes, limits, authentication and error mapping: the only package that knows Vert.x Web.
 *
 * <p>Reads a request, and hands it to the gateway or answers it out of the cache. Handlers run on virtual threads, one verticle instance
 * each; only {@code Future.await} yields. Nothing but the server knows it.
 */
@NullMarked
package io.reprise.server.http;

import org.jspecify.annotations.NullMarked;
