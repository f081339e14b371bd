package io.reprise.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ImportPaceTest {
    private final ImportPace pace = new ImportPace(Duration.ofSeconds(60));

    @Test
    void bytesNowAndThen_giveNoTime() {
        for (int i = 0; i < 59; i++) {
            pace.came(1, Duration.ofSeconds(1));
        }
        assertEquals(Duration.ofSeconds(1), pace.left());
    }

    @Test
    void enoughBytes_giveTheTimeAnew() {
        pace.came(ImportPace.BYTES - 1, Duration.ofSeconds(59));
        assertEquals(Duration.ofSeconds(1), pace.left());
        pace.came(1, Duration.ofMillis(500));
        assertEquals(Duration.ofSeconds(60), pace.left());
        pace.came(1, Duration.ofSeconds(10));
        assertEquals(Duration.ofSeconds(50), pace.left());
    }
}
