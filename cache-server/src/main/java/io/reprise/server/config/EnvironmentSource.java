package io.reprise.server.config;

import java.util.HashMap;
import java.util.Map;
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
        Map<String, Key<?>> keyByVariable = new HashMap<>();
        for (Key<?> key : Keys.ALL) {
            key.environmentVariable().ifPresent(variable -> keyByVariable.put(variable, key));
        }
        new TreeMap<>(environment).forEach((variable, text) -> {
            Key<?> key = keyByVariable.get(variable);
            if (key != null) {
                settings.put(key, "", text, new Origin.EnvironmentVariable(variable));
            } else if (variable.startsWith(PREFIX) && !NOT_SETTINGS.contains(variable)) {
                settings.report(UnknownKey.withVariable(variable, text));
            }
        });
    }
}
