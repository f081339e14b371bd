package io.reprise.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A setting given on the command line.
 *
 * @param flag the option as the operator typed it, e.g. {@code --port}
 * @param path the key's dotted path
 * @param text the value
 */
public record FlagSetting(String flag, String path, String text) {

    /** Adds each flag to the settings, in order: of two for the same key the later one wins. */
    static void read(List<FlagSetting> flags, Settings settings) {
        for (FlagSetting given : flags) {
            Origin origin = new Origin.Flag(given.flag);
            boolean known = false;
            for (Key<?> key : Keys.ALL) {
                Optional<List<String>> names = key.namesIn(given.path);
                if (names.isPresent()) {
                    settings.put(key, names.get(), given.text, origin);
                    known = true;
                    break;
                }
            }
            if (!known) {
                List<String> segments = Arrays.asList(given.path.split("\\.", -1));
                settings.report(UnknownKey.withValue(segments, given.text, origin));
            }
        }
    }
}
