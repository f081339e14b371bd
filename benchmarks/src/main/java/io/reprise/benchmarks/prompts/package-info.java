/** Long prompts: what is served when their instruction or their text changes. */
@NullMarked
package io.reprise.benchmarks.prompts;

import org.jspecify.annotations.NullMarked;
