/**
 * The real server as a process that is killed while it is written to, for tests and benchmarks: what it had acknowledged must be
 * there when it starts again, and what it had deleted must not.
 *
 * <p>Speaks HTTP with the JDK's client and imports nothing of the server but its main class's name. Writers are threads of their own.
 */
@NullMarked
package io.reprise.server.crash;

import org.jspecify.annotations.NullMarked;
