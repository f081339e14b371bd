package io.reprise.server.protocol;

/** Says that a wire, or the form of no wire in particular, cannot say something without loss. */
final class NotTellableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NotTellableException(String what) {
        super(what);
    }
}
