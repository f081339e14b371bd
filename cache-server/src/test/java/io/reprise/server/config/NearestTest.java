package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    @ParameterizedTest
    @CsvSource({
        "'','',0",
        "port,port,0",
        "prot,port,1",
        "prt,port,1",
        "portt,port,1",
        "pork,port,1",
        "kitten,sitting,3",
        "'',abc,3",
        "ca,abc,3"
    })
    void edits_countInsertionsDeletionsSubstitutionsAndSwaps(String a, String b, int edits) {
        assertEquals(edits, Nearest.edits(a, b));
        assertEquals(edits, Nearest.edits(b, a));
    }

    @Test
    void equallyNear_theFirst() {
        assertEquals("bat", Nearest.to("cat", List.of("bat", "hat")));
    }

    @Test
    void noCandidates_rejected() {
        assertThrows(IllegalArgumentException.class, () -> Nearest.to("cat", List.of()));
    }
}
