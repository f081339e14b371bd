package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class ComponentsTest {
    private final Components components = new Components();

    @Test
    void textsConnectedThroughOthers_areOfOneFold() {
        components.join("a", "b");
        components.join("c", "d");
        components.join("b", "c");
        assertEquals(components.of("a"), components.of("d"));
        assertEquals(components.fold("a", 10), components.fold("d", 10));
    }

    @Test
    void textsThatNothingConnects_standForThemselves() {
        components.join("a", "b");
        assertNotEquals(components.of("a"), components.of("c"));
    }
}
