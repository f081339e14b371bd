package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmbedderOptionsTest {

    @Test
    void defaults_useOneThreadPerRun() {
        assertEquals(1, EmbedderOptions.defaults().intraOpThreads());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 256, intraOpThreads is 0; allowed: 1 to 64",
        "65, 256, intraOpThreads is 65; allowed: 1 to 64",
        "1, 0, maxBatchTokens is 0; allowed: 1 to 65536",
        "1, 65537, maxBatchTokens is 65537; allowed: 1 to 65536",
    })
    void valueOutOfRange_isNamed(int intraOpThreads, int maxBatchTokens, String problem) {
        assertEquals(
                problem,
                Rejection.message(
                        IllegalArgumentException.class, () -> new EmbedderOptions(intraOpThreads, maxBatchTokens)));
    }
}
