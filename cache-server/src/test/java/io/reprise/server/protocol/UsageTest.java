package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UsageTest {

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, 0",
        "1, -1, 0, 0",
        "1, 0, -1, 0",
        "1, 0, 0, -1",
        "1, 2, 0, 0",
        "3, 2, 2, 0",
        "1, 9223372036854775807, 9223372036854775807, 0"
    })
    void countsThatCannotBe_areRefused(long input, long cached, long written, long output) {
        assertThrows(IllegalArgumentException.class, () -> new Usage(input, cached, written, output, false));
    }

    @Test
    void everythingCached_isUsage() {
        assertEquals(5, new Usage(5, 3, 2, 0, false).inputTokens());
    }
}
