/**
 * From candidates to hit or miss, with the reason.
 *
 * <p>Pure but for a policy's own state. Imports no other package of the server.
 */
@NullMarked
package io.reprise.server.decision;

import org.jspecify.annotations.NullMarked;
