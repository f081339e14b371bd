package io.reprise.benchmarks.corpus;

import java.nio.file.Path;

/**
 * Where a benchmark finds things, from system properties that {@code benchmarks/run} sets.
 *
 * @param root root of the source tree
 * @param evaluationData folder of the labelled sets; may not exist
 * @param modelFolder the sentence model
 * @param distribution the server as it is shipped: {@code lib/} and {@code models/}
 * @param scratch for what is made once and kept, such as vectors and filled indexes
 */
public record Workspace(Path root, Path evaluationData, Path modelFolder, Path distribution, Path scratch) {
    private static final String MODEL = "all-minilm-l6-v2-q";

    /**
     * Of this process: {@code reprise.root} (else the working directory), {@code reprise.eval.data} (else {@code ../shared/data}),
     * {@code reprise.models} (else those that the build assembled), {@code reprise.scratch} (else {@code benchmarks/target/scratch}).
     */
    public static Workspace ofProcess() {
        Path root =
                Path.of(System.getProperty("reprise.root", "")).toAbsolutePath().normalize();
        return new Workspace(
                root,
                folder("reprise.eval.data", root.resolve("../shared/data")),
                folder("reprise.models", root.resolve("models/target/models")).resolve(MODEL),
                root.resolve("cache-server/target/dist"),
                folder("reprise.scratch", root.resolve("benchmarks/target/scratch")));
    }

    private static Path folder(String property, Path otherwise) {
        return Path.of(System.getProperty(property, otherwise.toString()))
                .toAbsolutePath()
                .normalize();
    }
}
