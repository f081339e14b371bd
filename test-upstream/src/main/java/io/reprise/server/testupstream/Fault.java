package io.reprise.server.testupstream;

import java.util.Objects;

/**
 * Something that happens to a reply while it is sent.
 *
 * <p>Its place is counted in pieces: a piece is one event of a stream, one block of a download, or one half of any other body,
 * unless {@link Delivery#pieceBytes()} cuts the body otherwise. A fault beyond the last piece strikes before the body is ended,
 * which only the client of a body without {@code Content-Length} can notice.
 */
public sealed interface Fault {

    /** Place of a fault that strikes after the request was read and before status and headers. */
    int BEFORE_HEAD = -1;

    /** {@link #BEFORE_HEAD}, or the number of pieces sent before it strikes; 0 is right after the headers. */
    int afterPieces();

    /** The connection is reset (RST): the client sees an error, even where the end of the connection would end the body. */
    record Reset(int afterPieces) implements Fault {
        public Reset {
            requirePlace(afterPieces);
        }
    }

    /** The connection is closed (FIN) with the body unfinished. */
    record Close(int afterPieces) implements Fault {
        public Close {
            requirePlace(afterPieces);
        }
    }

    /** The reply stops, its connection open, until the test opens the gate. */
    record Stall(int afterPieces, Gate gate) implements Fault {
        public Stall {
            requirePlace(afterPieces);
            Objects.requireNonNull(gate, "gate");
        }
    }

    private static void requirePlace(int afterPieces) {
        if (afterPieces < BEFORE_HEAD) {
            throw new IllegalArgumentException("afterPieces must be BEFORE_HEAD (-1) or more: " + afterPieces);
        }
    }
}
