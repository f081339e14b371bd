/**
 * What a cache would have made of a log of prompts: reads the log, runs it through caches of several settings, and reports.
 *
 * <p>Runs on one thread, outside Vert.x. Imports {@code protocol}, {@code prompt}, {@code decision}, {@code cache}, {@code ledger} and
 * {@code upstream}; knows of HTTP, the configuration and the model nothing.
 */
@NullMarked
package io.reprise.server.replay;

import org.jspecify.annotations.NullMarked;
