/**
 * From audits and feedback to the cut-off in force and a published upper bound on the share of wrong answers among served semantic hits.
 *
 * <p>{@link io.reprise.server.decision.bound.RiskController} is all that the rest of the server talks to; {@code docs/bound.md} has the
 * mathematics. Pure but for its own state: a clock, a random source and one file are handed in. Imports no other package of the server.
 * The controller is thread-safe; everything else here is immutable or guarded by it.
 */
@NullMarked
package io.reprise.server.decision.bound;

import org.jspecify.annotations.NullMarked;
