package io.reprise.server.protocol;

/** A body that is not the JSON we can read without doubt. The message is for the client and never quotes the body. */
public final class MalformedRequestException extends RuntimeException {
    public MalformedRequestException(String message) {
        super(message, null, false, false);
    }
}
