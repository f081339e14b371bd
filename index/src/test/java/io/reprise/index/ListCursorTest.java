package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListCursorTest {

    @Test
    void encoded_isReadBack() {
        ListCursor cursor = new ListCursor(-5, "a_b-C9");
        assertEquals(cursor, ListCursor.decoded(cursor.encoded()));
    }

    @Test
    void noCursor_isTheFirstPage() {
        assertNull(ListCursor.decoded(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "abc", "MTp4OmlkAA", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5Omlk", "東京"})
    void foreignCursor_isRefused(String cursor) {
        assertThrows(IllegalArgumentException.class, () -> ListCursor.decoded(cursor));
    }

    @Test
    void order_isNewestFirstThenById() {
        assertTrue(new ListCursor(2, "b").compareTo(new ListCursor(1, "a")) < 0);
        assertTrue(new ListCursor(1, "a").compareTo(new ListCursor(1, "b")) < 0);
    }
}
