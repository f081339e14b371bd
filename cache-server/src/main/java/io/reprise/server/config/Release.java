package io.reprise.server.config;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Which build of the program runs, as the manifest of its jar has it.
 *
 * @param version such as {@code 1.2.0}; {@code unpackaged} for classes that are in no jar
 * @param commit the commit that it was built from, abbreviated; {@code unknown} where the build could not tell
 */
public record Release(String version, String commit) {
    private static final String UNPACKAGED = "unpackaged";
    private static final String UNKNOWN = "unknown";
    private static final Release CURRENT = read();

    /** The build that this class is from. */
    public static Release current() {
        return CURRENT;
    }

    /** As people write it: {@code 1.2.0 (4ac21e5)}. */
    @Override
    public String toString() {
        return version + " (" + commit + ")";
    }

    private static Release read() {
        URL own = Release.class.getResource("Release.class");
        try {
            if (own != null && own.openConnection() instanceof JarURLConnection jar) {
                return of(jar.getManifest());
            }
        } catch (IOException e) {
            // A jar whose manifest cannot be read still runs, and nobody knows which it is.
        }
        return of(null);
    }

    static Release of(@Nullable Manifest manifest) {
        if (manifest == null) {
            return new Release(UNPACKAGED, UNKNOWN);
        }
        Attributes attributes = manifest.getMainAttributes();
        return new Release(
                given(attributes, "Implementation-Version", UNPACKAGED),
                given(attributes, "Implementation-Commit", UNKNOWN));
    }

    private static String given(Attributes attributes, String name, String absent) {
        String value = attributes.getValue(name);
        return value == null || value.isBlank() || value.startsWith("${") ? absent : value;
    }
}
