/** Answers that an operator has written, to calls whose text fits a pattern. Pure; knows no wire's replies. */
@NullMarked
package io.reprise.server.rules;

import org.jspecify.annotations.NullMarked;
