/**
 * The command line: {@code reprise} and its commands, which resolve the configuration and hand it to what they run.
 *
 * <p>Imports {@link io.reprise.server.config}, the demo upstream and no other package of the server; {@code Main} passes in what starts the
 * server and what replays a log. Runs on the main thread.
 */
@NullMarked
package io.reprise.server.cli;

import org.jspecify.annotations.NullMarked;
