package io.reprise.benchmarks.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComponentsTest {
    private final Components components = new Components();

    @Test
    void textsConnectedThroughOthers_areOfOneFold() {
        components.join("a", "b");
        components.join("c", "d");
        components.join("b", "c");
        assertEquals(components.representative("a"), components.representative("d"));
        assertEquals(1, Set.copyOf(components.folds(10).values()).size());
        assertEquals(3, components.folds(10).size());
    }

    @Test
    void textsThatNothingConnects_standForThemselves() {
        components.join("a", "b");
        assertNotEquals(components.representative("a"), components.representative("c"));
    }

    @Test
    void leastChecksum_standsForAllInAnyOrder() {
        // CRC-32: a e8b7be43, b 71beeff9, c 06b9df6f.
        List.of("b", "c").forEach(text -> components.join("a", text));
        assertEquals("c", components.representative("a"));
        var other = new Components();
        other.join("c", "b");
        other.join("b", "a");
        assertEquals("c", other.representative("a"));
    }

    @Test
    void folds_areThoseOfTheTrainingProgram() {
        // In Python: (zlib.crc32(text.encode()) * 0x9E3779B1 >> 16) % 10.
        assertEquals(
                List.of(9, 9, 7, 6, 7, 7),
                Stream.of("a", "b", "c", "How do I reset my password?", "비밀번호를 어떻게 바꾸나요?", "naïve \uD83D\uDE00")
                        .map(text -> Components.foldAlone(text, 10))
                        .toList());
    }
}
