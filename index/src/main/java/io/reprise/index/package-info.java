/**
 * Vectors and entries to neighbours, durably, on Lucene.
 *
 * <p>Knows nothing of models, HTTP or caches: a vector is a {@code float[]} of unit norm and an answer is bytes. Everything
 * public here is thread-safe and may read the disk, so never call it from a virtual thread or an event loop.
 */
@NullMarked
package io.reprise.index;

import org.jspecify.annotations.NullMarked;
