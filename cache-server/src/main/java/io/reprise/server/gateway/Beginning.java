package io.reprise.server.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** What the first bytes of an answer say of its form, whatever its {@code content-type} says. */
enum Beginning {
    /** White space alone, which servers send to keep a connection alive: the answer is yet to come. */
    WAITING,
    /** Server-sent events: a field's name or a comment. */
    EVENTS,
    /** Anything else, such as JSON or a page. */
    OTHER;

    /** Of the fields of WHATWG HTML, section 9.2.6: data, event, id, retry, and a comment's colon. No JSON value begins so. */
    private static final String FIRST_OF_EVENTS = "deir:";

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    /** What an answer's {@code content-type} says of its form: events, or nothing that is sure. */
    static Beginning said(HttpClientResponse answer) {
        String type = String.valueOf(answer.getHeader("content-type"))
                .split(";", 2)[0]
                .strip();
        return type.equalsIgnoreCase("text/event-stream") ? EVENTS : WAITING;
    }

    static Beginning of(Buffer bytes) {
        int at = whiteBytes(bytes);
        if (at == bytes.length()) {
            return WAITING;
        }
        return FIRST_OF_EVENTS.indexOf(bytes.getByte(at)) >= 0 ? EVENTS : OTHER;
    }

    /** How many of the first bytes are white space, or a byte order mark. */
    static int whiteBytes(Buffer bytes) {
        int at = startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        while (at < bytes.length() && " \t\r\n".indexOf(bytes.getByte(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** What comes after them. */
    static Buffer withoutWhite(Buffer bytes) {
        int white = whiteBytes(bytes);
        return white == 0 ? bytes : bytes.slice(white, bytes.length());
    }

    private static boolean startsWithMark(Buffer bytes) {
        for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
            if (i >= bytes.length() || bytes.getByte(i) != BYTE_ORDER_MARK[i]) {
                return false;
            }
        }
        return true;
    }
}
