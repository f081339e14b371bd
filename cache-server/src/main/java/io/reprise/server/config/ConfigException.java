package io.reprise.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; lists every problem at once. The message has one line per problem, and no secrets. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    ConfigException(List<ConfigProblem> problems) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    /** All problems, at least one: down the file, then the environment, then the flags, then defaults. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
