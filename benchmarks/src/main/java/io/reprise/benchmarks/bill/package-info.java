/**
 * What a server's first days cost: everyday questions in several wordings, against an upstream that words right answers
 * anew.
 */
@NullMarked
package io.reprise.benchmarks.bill;

import org.jspecify.annotations.NullMarked;
