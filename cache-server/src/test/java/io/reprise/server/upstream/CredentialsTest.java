package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer k",
                "Authorization: bearer   k",
                "Authorization: k",
                "x-api-key: k",
                "API-Key:  k ",
                "x-goog-api-key: k"
            })
    void keyAlone_isItselfWhereverItStands(String header) {
        assertEquals("k", of(header));
        assertEquals("k", of(header, "x-api-key: k", "api-key: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user-agent: a", "x-request-id: b", "x-reprise-admin: c", "authorization:", "cookie: ;"})
    void otherOrEmptyHeader_isNone(String header) {
        assertNull(of(header));
    }

    @Test
    void severalValuesOfOneHeader_allCount() {
        assertNotEquals(of("x-api-key: a"), of("x-api-key: a", "x-api-key: b"));
        assertEquals(of("x-api-key: b", "x-api-key: a"), of("x-api-key: a", "x-api-key: b"));
    }

    @Test
    void headerOfAGateway_isNamed() {
        assertEquals("\nhelicone-auth: k", of("Helicone-Auth: k"));
        assertNotEquals(of("helicone-auth: k"), of("x-portkey-api-key: k"));
    }

    @Test
    void query_countsAsItCame() {
        MultiMap none = MultiMap.caseInsensitiveMultiMap();
        assertNull(Credentials.of(none, "model=a&key="));
        assertNull(Credentials.of(none, "keys=a&monkey=b"));
        assertEquals("\n?key=a%0Ab", Credentials.of(none, "x=1&KEY=a%0Ab"));
        assertEquals("\n?key=%zz", Credentials.of(none, "%zz=1&key=%zz"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models, /v1/models",
        "/v1/models?, /v1/models?",
        "/v1/models?limit=1&after=a%20b, /v1/models?limit=1&after=a%20b",
        "/v1/models?key=k, /v1/models",
        "/v1/models?key=k&limit=1, /v1/models?limit=1",
        "/v1/models?limit=1&key=k, /v1/models?limit=1",
        "/v1/models?a=1&KEY=k;b=2, /v1/models?a=1;b=2",
        "/v1/models?a=1&%6bey=k&b, /v1/models?a=1&b",
        "/v1/models?token&a=1&subscription-key=k&, /v1/models?a=1&"
    })
    void withoutParameters_allElseIsAsItCame(String target, String without) {
        assertEquals(without, Credentials.withoutParameters(target));
    }

    @Test
    void everyHeaderOfTheList_isGivenInLowerCase() {
        assertTrue(Credentials.headers().stream().allMatch(name -> name.matches("[a-z0-9-]+")));
        assertTrue(Credentials.headers().contains("cookie"));
    }

    private static @Nullable String of(String... headers) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap();
        for (String header : headers) {
            String[] parts = header.split(":", 2);
            all.add(parts[0], parts[1]);
        }
        return Credentials.of(all, null);
    }
}
