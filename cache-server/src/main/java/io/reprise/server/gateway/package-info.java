/**
 * A call's way: looked up, answered with an equal call's answer, asked upstream, stored, and settled.
 *
 * <p>{@link io.reprise.server.gateway.Gateway#answer} is that way on a screen. Every call has a {@link io.reprise.server.gateway.Tab} that
 * is opened when its head has come and settled once, however it ends. Calls run on virtual threads of their request's context and wait
 * there with {@code Future.await}; of what they share, each part is thread-safe. Knows no routes.
 */
@NullMarked
package io.reprise.server.gateway;

import org.jspecify.annotations.NullMarked;
