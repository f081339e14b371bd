/**
 * The whole server from outside: started as the program starts it, with the real model and a real upstream, asked by the official
 * SDK and by plain HTTP.
 *
 * <p>Every test asks as a caller of its own, so tests that share a server cannot see each other's answers. Imports the server's
 * {@code config} and {@code cli} to start it, and nothing else of it.
 */
@NullMarked
package io.reprise.server.e2e;

import org.jspecify.annotations.NullMarked;
