/** The server program: {@link io.reprise.server.Main} wires the packages below it by constructors. */
@NullMarked
package io.reprise.server;

import org.jspecify.annotations.NullMarked;
