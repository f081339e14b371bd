package io.reprise.server.transfer;

/** A line that cannot be imported; the message says why, without quoting its texts. */
final class BadLineException extends RuntimeException {
    BadLineException(String why) {
        super(why, null, false, false);
    }
}
