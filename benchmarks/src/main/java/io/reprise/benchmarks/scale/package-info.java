/** How the index grows: time, recall, bytes and memory from ten thousand entries to a million. */
@NullMarked
package io.reprise.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
