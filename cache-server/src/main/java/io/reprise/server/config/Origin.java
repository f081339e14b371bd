package io.reprise.server.config;

import java.nio.file.Path;

/** Where a setting came from; {@code toString()} is how an operator would say it. */
public sealed interface Origin {

    /**
     * The configuration file as a whole.
     *
     * @param file as the operator named it
     */
    record File(Path file) implements Origin {
        @Override
        public String toString() {
            return file.toString();
        }
    }

    /**
     * A line of the configuration file.
     *
     * @param file as the operator named it
     * @param line counted from 1
     */
    record FileLine(Path file, int line) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** An environment variable. */
    record EnvironmentVariable(String name) implements Origin {
        @Override
        public String toString() {
            return "environment " + name;
        }
    }

    /** An option of the command line. */
    record Flag(String name) implements Origin {
        @Override
        public String toString() {
            return "flag " + name;
        }
    }

    /** Nobody: the default holds. */
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }
}
