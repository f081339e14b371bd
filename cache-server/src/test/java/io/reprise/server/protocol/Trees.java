package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** JSON objects for tests, written with single quotes. */
final class Trees {
    private Trees() {}

    static ObjectNode of(String json) {
        return StrictJson.parseObject(bytes(json));
    }

    static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
