package io.reprise.server.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads settings from environment variables; one with our prefix and no meaning is a problem, not a surprise. */
final class EnvironmentSource {
    static final String PREFIX = "REPRISE_";

    /** Read by the launcher or the command line, before there is a configuration. */
    static final Set<String> NOT_SETTINGS =
            Set.of("REPRISE_CONFIG", "REPRISE_HOME", "REPRISE_JAVA_OPTS", "REPRISE_JDK_DIRS");

    private EnvironmentSource() {}

    static void read(Map<String, String> environment, Settings settings) {
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (variable.startsWith(PREFIX) && !NOT_SETTINGS.contains(variable) && !put(variable, text, settings)) {
                settings.report(UnknownKey.withVariable(variable, text));
            }
        });
    }

    private static boolean put(String variable, String text, Settings settings) {
        for (Key<?> key : Keys.ALL) {
            Optional<List<String>> names = key.namesInVariable(variable);
            if (names.isPresent()) {
                settings.put(key, names.get(), text, new Origin.EnvironmentVariable(variable));
                return true;
            }
        }
        return false;
    }
}
