package io.reprise.server.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LookupIdsTest {
    @Test
    void idOfAnExactHit_namesItsEntry() {
        assertEquals("entry-1_a", LookupIds.exactEntry(LookupIds.exact(LookupIds.next(), "entry-1_a")));
    }

    @Test
    void idsDiffer() {
        assertNotEquals(LookupIds.next(), LookupIds.next());
    }

    @Test
    void otherIds_nameNone() {
        assertNull(LookupIds.exactEntry(LookupIds.next()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lk-", "lk-x-", "lk-x-abc", "nonsense"})
    void whatIsNoId_namesNone(String id) {
        assertNull(LookupIds.exactEntry(id));
    }
}
