/**
 * What forbids to serve one prompt's answer for another, however near their embeddings are.
 *
 * <p>A text is read once into a {@link io.reprise.server.decision.guard.Reading}; two readings are aligned word by word; each guard looks
 * at the alignment for one way in which near texts ask for something else. Pure: no state but word lists that never change, no clock,
 * no disk after loading. Everything here is thread-safe. Imports no other package of the server.
 */
@NullMarked
package io.reprise.server.decision.guard;

import org.jspecify.annotations.NullMarked;
