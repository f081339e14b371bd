package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoundedNamesTest {
    private final BoundedNames names = new BoundedNames(2);

    @Test
    void names_areKeptWhileThereIsRoom() {
        assertEquals("a", names.bounded("a"));
        assertEquals("b", names.bounded("b"));
        assertEquals("other", names.bounded("c"));
        assertEquals("a", names.bounded("a"));
    }

    @Test
    void longName_takesNoRoom() {
        assertEquals("other", names.bounded("x".repeat(101)));
        assertEquals("x".repeat(100), names.bounded("x".repeat(100)));
        assertEquals("b", names.bounded("b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "a\nb", "a b", "a\u007f", "\u202egpt", "g\u0440t", ""})
    void nameThatIsNotPlainToRead_isNoLabel(String name) {
        assertEquals("other", names.bounded(name));
    }

    @Test
    void namesThatComeAtOnce_takeNoMoreRoomThanThereIs() {
        for (int round = 0; round < 200; round++) {
            var bounded = new BoundedNames(3);
            Set<String> given = ConcurrentHashMap.newKeySet();
            var start = new Phaser(16);
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 16; i++) {
                    String name = "n" + i;
                    callers.execute(() -> {
                        start.arriveAndAwaitAdvance();
                        given.add(bounded.bounded(name));
                    });
                }
            }
            given.remove("other");
            assertEquals(3, given.size());
        }
    }
}
