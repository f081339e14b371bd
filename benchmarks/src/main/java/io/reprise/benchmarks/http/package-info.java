/**
 * The server as a program of its own, over loopback: load on hits, the overhead of misses, streams and forwarded calls, the start,
 * and many mixed calls.
 */
@NullMarked
package io.reprise.benchmarks.http;

import org.jspecify.annotations.NullMarked;
