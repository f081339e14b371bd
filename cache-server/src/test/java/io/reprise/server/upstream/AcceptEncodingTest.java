package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd | gzip, deflate",
                "GZIP | gzip",
                "gzip;q=0.5 | gzip",
                "gzip;q=0, deflate | deflate",
                "gzip; q=0.000 | identity",
                "br | identity",
                "identity | identity",
                "* | gzip, deflate",
                "*;q=0 | identity",
                "gzip;q=0, * | deflate",
                "'' | identity"
            })
    void offer_isWhatBothTake(String accepted, String offered) {
        assertEquals(
                offered,
                AcceptEncoding.offered(MultiMap.caseInsensitiveMultiMap().add("Accept-Encoding", accepted)));
    }

    @Test
    void clientThatSaysNothing_isOfferedNoCompression() {
        assertEquals("identity", AcceptEncoding.offered(MultiMap.caseInsensitiveMultiMap()));
    }

    @Test
    void severalLines_areOneList() {
        assertEquals(
                "gzip, deflate",
                AcceptEncoding.offered(MultiMap.caseInsensitiveMultiMap()
                        .add("accept-encoding", "br, gzip")
                        .add("accept-encoding", "deflate")));
    }
}
