/**
 * The server as a program of its own, over loopback: load on hits, the overhead of misses and forwarded calls, the start.
 */
@NullMarked
package io.reprise.benchmarks.http;

import org.jspecify.annotations.NullMarked;
