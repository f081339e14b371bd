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
        Place place = setting.place();
        for (int i = 0; i < place.names().size(); i++) {
            ValueType<String> type = place.key().names().get(i).type();
            String name = place.names().get(i);
            try {
                type.parse(name, surroundings);
            } catch (InvalidValueException e) {
                problems.accept(new ConfigProblem(
                        place.path(),
                        type.shown(name),
                        "the name in the key is " + e.getMessage(),
                        type.allowed(),
                        null,
                        setting.origin()));
            }
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
    <T> @Nullable T find(Key<T> key, String... names) {
        Object value = values.get(new Place(key, List.of(names)));
        return value == null ? null : key.type().javaType().cast(value);
    }

    /** The value that stands in the setting or in the file that its sibling names, or null when neither is given. */
    <T> @Nullable T either(Key<T> inClear, Key<T> inFile, String... names) {
        T value = find(inClear, names);
        return value == null ? find(inFile, names) : value;
    }

    /** How the key was given, or null when it was not. */
    @Nullable Setting given(Key<?> key, String... names) {
        return settings.get(new Place(key, List.of(names)));
    }

    /** The names that the operator chose for the first name segment of any of these keys, in the order in which they came. */
    Set<String> names(Key<?>... keys) {
        return names(List.of(keys), List.of());
    }

    /** The names that the operator chose for the second name segment of a key, under this first one. */
    Set<String> namesUnder(String first, Key<?> key) {
        return names(List.of(key), List.of(first));
    }

    private Set<String> names(List<Key<?>> keys, List<String> before) {
        Set<String> names = new LinkedHashSet<>();
        for (Place place : settings.keySet()) {
            if (keys.contains(place.key())
                    && place.names().subList(0, before.size()).equals(before)) {
                names.add(place.names().get(before.size()));
            }
        }
        return names;
    }
}
