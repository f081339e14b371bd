package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import io.reprise.server.config.Settings.Place;
import io.reprise.server.config.Settings.Setting;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings that won, as values. Every setting is checked, also one that a later one hides: it would surprise its owner
 * on the day the other is taken away. One whose text is not a value of its type is reported, and has no value.
 */
final class TypedSettings {
    private final Map<Place, Setting> settings = new LinkedHashMap<>();
    private final Map<Place, Object> values = new LinkedHashMap<>();

    TypedSettings(List<Setting> given, Surroundings surroundings, Consumer<ConfigProblem> problems) {
        for (Setting setting : given) {
            Place place = setting.place();
            settings.put(place, setting);
            values.remove(place);
            try {
                checkName(setting, surroundings, problems);
                values.put(place, place.key().type().parse(setting.text(), surroundings));
            } catch (InvalidValueException e) {
                problems.accept(new ConfigProblem(
                        place.path(),
                        setting.shownText(),
                        requireNonNull(e.getMessage()),
                        place.key().type().allowed(),
                        null,
                        setting.origin()));
            }
        }
    }

    private static void checkName(Setting setting, Surroundings surroundings, Consumer<ConfigProblem> problems) {
        ValueType<String> names = setting.place().key().names();
        if (names == null) {
            return;
        }
        String name = setting.place().name();
        try {
            names.parse(name, surroundings);
        } catch (InvalidValueException e) {
            problems.accept(new ConfigProblem(
                    setting.place().path(),
                    names.shown(name),
                    "the name in the key is " + e.getMessage(),
                    names.allowed(),
                    null,
                    setting.origin()));
        }
    }

    /** The settings that won, one per place. */
    List<Setting> winners() {
        return List.copyOf(settings.values());
    }

    /** The value of a key with a default; only once there are no problems. */
    <T> T get(Key<T> key) {
        return requireNonNull(find(key), key.path());
    }

    /** The value, or null when the key is not given or its text is a problem. */
    <T> @Nullable T find(Key<T> key) {
        return find(key, "");
    }

    /** As {@link #find(Key)}, of a key with a name segment. */
    <T> @Nullable T find(Key<T> key, String name) {
        Object value = values.get(new Place(key, name));
        return value == null ? null : key.type().javaType().cast(value);
    }

    /** How the key was given, or null when it was not. */
    @Nullable Setting given(Key<?> key) {
        return given(key, "");
    }

    /** As {@link #given(Key)}, of a key with a name segment. */
    @Nullable Setting given(Key<?> key, String name) {
        return settings.get(new Place(key, name));
    }

    /** The names that the operator chose for a key with a name segment. */
    Set<String> names(Key<?> key) {
        Set<String> names = new LinkedHashSet<>();
        for (Place place : settings.keySet()) {
            if (place.key().equals(key)) {
                names.add(place.name());
            }
        }
        return names;
    }
}
