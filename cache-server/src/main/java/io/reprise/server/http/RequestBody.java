package io.reprise.server.http;

import io.vertx.core.buffer.Buffer;

/** The body of a request, as far as it is read here. */
sealed interface RequestBody {
    /**
     * All of it.
     *
     * @param bytes without the codings that it came in
     * @param raw as it came
     * @param why a word for {@code Cache-Status} when nothing can be made of it
     */
    record Plain(Buffer bytes, Buffer raw, String why) implements RequestBody {}

    /**
     * One that goes upstream as it came.
     *
     * @param start what was read of it; the rest, if any, waits in the paused request
     * @param why a word for {@code Cache-Status}
     * @param model the model that it names
     */
    record Unread(Buffer start, String why, ModelName model) implements RequestBody {}
}
