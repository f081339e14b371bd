package io.reprise.server.config;

import java.nio.file.Path;

/**
 * What the machine and the launcher contribute to the configuration: the anchors of relative paths and computed defaults.
 *
 * @param workingDirectory relative paths are resolved against it
 * @param modelsFolder the folder of the bundled models
 * @param processors the number of processors the JVM may use, at least 1
 */
public record Surroundings(Path workingDirectory, Path modelsFolder, int processors) {
    public Surroundings {
        workingDirectory = workingDirectory.toAbsolutePath().normalize();
        modelsFolder = workingDirectory.resolve(modelsFolder).normalize();
        if (processors < 1) {
            throw new IllegalArgumentException("processors is " + processors + "; allowed: at least 1");
        }
    }

    /** Resolves a path as the operator wrote it. */
    Path resolve(Path path) {
        return workingDirectory.resolve(path).normalize();
    }
}
