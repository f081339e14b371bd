/**
 * Text to unit vector, and two texts to the log-odds that they mean the same, on the local CPU.
 *
 * <p>Imports ONNX Runtime, the HuggingFace tokenizer, a YAML and a JSON reader, SLF4J; knows nothing of HTTP, indexes or caches. Everything public
 * here is thread-safe, and {@link io.reprise.embedder.SentenceEmbedder#embed} and {@link io.reprise.embedder.PairScorer#logOdds}
 * compute on the calling thread: native code runs, so never call them from a virtual thread or an event loop.
 */
@NullMarked
package io.reprise.embedder;

import org.jspecify.annotations.NullMarked;
