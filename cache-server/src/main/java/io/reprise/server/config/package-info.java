/**
 * Configuration: one immutable tree of records, parsed from YAML, environment and flags, and checked once.
 *
 * <p>A leaf: imports no other package of the server. Values are immutable and so thread-safe.
 */
@NullMarked
package io.reprise.server.config;

import org.jspecify.annotations.NullMarked;
