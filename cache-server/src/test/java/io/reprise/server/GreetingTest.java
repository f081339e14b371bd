package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class GreetingTest {
    @Test
    void terminal_isShownTheLinkThatLogsIn() {
        String greeting = Greeting.of(BundledModels.defaults(), 8080, "/login?code=abc");
        assertTrue(greeting.contains("http://127.0.0.1:8080/login?code=abc (logs you in, once"), greeting);
    }

    @Test
    void file_isShownHowToGetOne() {
        String greeting = Greeting.of(BundledModels.defaults(), 8080, null);
        assertTrue(greeting.contains("http://127.0.0.1:8080/ (./reprise dashboard prints"), greeting);
        assertFalse(greeting.contains("code="), greeting);
    }
}
