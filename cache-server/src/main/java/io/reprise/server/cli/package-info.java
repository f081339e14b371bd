/**
 * The command line: {@code reprise} and its commands, which resolve the configuration and hand it to the server.
 *
 * <p>Imports {@link io.reprise.server.config} and no other package of the server; {@code Main} passes in what starts the
 * server. Runs on the main thread.
 */
@NullMarked
package io.reprise.server.cli;

import org.jspecify.annotations.NullMarked;
