package io.reprise.index;

/**
 * A write that could not be made durable, as on a full disk. Nothing of it is stored or removed (of a removal of many, a part may be),
 * reads go on, and the same write may be tried again: the index recovers by itself once the disk does.
 */
public final class WriteRefusedException extends IndexException {
    public WriteRefusedException(String message) {
        super(message);
    }

    public WriteRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
