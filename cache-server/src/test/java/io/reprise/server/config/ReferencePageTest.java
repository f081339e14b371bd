package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferencePageTest {
    @Test
    void committedPage_isWhatTheTableGives() throws IOException {
        Path page = Path.of("..", "docs", "configuration.md");
        assertEquals(
                ReferencePage.markdown(),
                Files.readString(page),
                "run: ./reprise config reference > docs/configuration.md");
    }

    @Test
    void variablesThatAreNotSettings_areOnThePage() {
        String page = ReferencePage.markdown();
        assertTrue(EnvironmentSource.NOT_SETTINGS.stream().allMatch(page::contains));
    }
}
