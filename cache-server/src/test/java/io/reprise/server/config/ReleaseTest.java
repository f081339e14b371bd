package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseTest {
    @Test
    void manifest_saysVersionAndCommit() {
        Release release = Release.of(manifest("1.2.0", "4ac21e5"));
        assertEquals(new Release("1.2.0", "4ac21e5"), release);
        assertEquals("1.2.0 (4ac21e5)", release.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "${reprise.commit}"})
    void commitThatTheBuildDidNotKnow_isUnknown(String commit) {
        assertEquals("unknown", Release.of(manifest("1.2.0", commit)).commit());
    }

    @Test
    void noManifest_isUnpackaged() {
        assertEquals(new Release("unpackaged", "unknown"), Release.of(null));
        assertEquals(new Release("unpackaged", "unknown"), Release.of(new Manifest()));
    }

    private static Manifest manifest(String version, String commit) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Implementation-Version", version);
        manifest.getMainAttributes().putValue("Implementation-Commit", commit);
        return manifest;
    }
}
