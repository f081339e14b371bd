/**
 * Routes, limits, authentication and error mapping: the only package that knows Vert.x Web.
 *
 * <p>Handlers run on virtual threads, one verticle instance each; only {@code Future.await} yields. May import every package.
 */
@NullMarked
package io.reprise.server.http;

import org.jspecify.annotations.NullMarked;
