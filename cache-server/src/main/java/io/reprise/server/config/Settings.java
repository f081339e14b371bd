package io.reprise.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The settings gathered so far, as text, and the problems met on the way. A later setting of the same place wins over an
 * earlier one, so sources are read in their order of precedence. Confined to one thread.
 */
final class Settings {
    private final List<Setting> given = new ArrayList<>();
    private final List<ConfigProblem> problems = new ArrayList<>();

    /**
     * Where a value belongs.
     *
     * @param names what the operator put for the path's name segments, in their order
     */
    record Place(Key<?> key, List<String> names) {
        Place {
            names = List.copyOf(names);
        }

        /** The path, fit to be shown. */
        String path() {
            return key.shownPath(names);
        }
    }

    /** A value's text and where it came from. */
    record Setting(Place place, String text, Origin origin) {
        String shownText() {
            return place.key().type().shown(text);
        }
    }

    /** Starts with every default. */
    static Settings ofDefaults(Surroundings surroundings) {
        Settings settings = new Settings();
        for (Key<?> key : Keys.ALL) {
            switch (key.fallback()) {
                case Key.Fallback.Text(String text) -> settings.put(key, List.of(), text, new Origin.Default());
                case Key.Fallback.Computed(var _, var text) ->
                    settings.put(key, List.of(), text.apply(surroundings), new Origin.Default());
                case Key.Fallback.Absent(var _) -> {}
            }
        }
        return settings;
    }

    void put(Key<?> key, List<String> names, String text, Origin origin) {
        given.add(new Setting(new Place(key, names), text, origin));
    }

    void report(ConfigProblem problem) {
        problems.add(problem);
    }

    /** All settings in the order they were read: of several for one place, the last one wins. */
    List<Setting> all() {
        return List.copyOf(given);
    }

    List<ConfigProblem> problems() {
        return List.copyOf(problems);
    }
}
