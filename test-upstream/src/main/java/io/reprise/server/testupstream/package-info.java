/**
 * A real HTTP server that speaks OpenAI's and Anthropic's wires and stands in for the providers in tests, load tests and
 * demonstrations, with the official SDK as a client of it.
 *
 * <p>A {@link io.reprise.server.testupstream.Scenario} chooses a {@link io.reprise.server.testupstream.Reply} for each request:
 * what to say ({@link io.reprise.server.testupstream.Content}) and how to say it
 * ({@link io.reprise.server.testupstream.Delivery}: latency, faults, framing, compression).
 *
 * <p>Imports nothing of the server under test, so that a mistake there cannot hide itself here. Requests are handled on event
 * loops, which nothing here blocks; the waiting methods belong to the threads of tests.
 */
@NullMarked
package io.reprise.server.testupstream;

import org.jspecify.annotations.NullMarked;
