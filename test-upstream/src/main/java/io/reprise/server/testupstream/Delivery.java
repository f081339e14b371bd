package io.reprise.server.testupstream;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a reply is sent, whatever it says.
 *
 * @param timing empty: the upstream's own
 * @param faults in the order in which they strike; those of one place in the order given, so that a stall can precede a reset
 * @param pieceBytes 0: natural pieces; otherwise the body is sent in writes of this many bytes (events and characters are cut in
 *     two wherever it falls), each in a turn of the event loop of its own. How a client's reads see them is up to TCP
 * @param gzip compress the body when the request accepts gzip; a stream is flushed after each event
 * @param chunked send a body whose length is known in chunks nevertheless
 * @param closing answer {@code Connection: close} and close the connection after the reply
 * @param headers replace headers of the same names, or are added
 */
public record Delivery(
        Optional<Timing> timing,
        List<Fault> faults,
        int pieceBytes,
        boolean gzip,
        boolean chunked,
        boolean closing,
        List<Header> headers) {

    static final Delivery PLAIN = new Delivery(Optional.empty(), List.of(), 0, false, false, false, List.of());

    public Delivery {
        faults = faults.stream()
                .sorted(Comparator.comparingInt(Fault::afterPieces))
                .toList();
        headers = List.copyOf(headers);
        if (pieceBytes < 0) {
            throw new IllegalArgumentException("pieceBytes must not be negative: " + pieceBytes);
        }
    }
}
