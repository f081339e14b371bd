package io.reprise.server.testupstream;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the upstream answers to one request: what it says and how it is sent. Immutable; the methods return changed copies, and one
 * reply may answer many requests.
 */
public record Reply(Content content, Delivery delivery) {

    public Reply {
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(delivery, "delivery");
    }

    public static Reply of(Content content) {
        return new Reply(content, Delivery.PLAIN);
    }

    /** An answer on any wire that says {@code text}. */
    public static Reply text(String text) {
        return of(ChatAnswer.text(text));
    }

    public Reply timed(Timing timing) {
        Delivery d = delivery;
        return with(new Delivery(
                Optional.of(timing), d.faults(), d.pieceBytes(), d.gzip(), d.chunked(), d.closing(), d.headers()));
    }

    /** Resets the connection; see {@link Fault} for the place. */
    public Reply resetting(int afterPieces) {
        return struckBy(new Fault.Reset(afterPieces));
    }

    /** Closes the connection with the body unfinished; see {@link Fault} for the place. */
    public Reply breakingOff(int afterPieces) {
        return struckBy(new Fault.Close(afterPieces));
    }

    /** Stalls until the gate opens; see {@link Fault} for the place. */
    public Reply stalling(int afterPieces, Gate gate) {
        return struckBy(new Fault.Stall(afterPieces, gate));
    }

    /** Sends the body in writes of {@code pieceBytes} bytes. */
    public Reply fragmented(int pieceBytes) {
        Delivery d = delivery;
        return with(new Delivery(d.timing(), d.faults(), pieceBytes, d.gzip(), d.chunked(), d.closing(), d.headers()));
    }

    /** Compresses the body when the request accepts gzip. */
    public Reply gzipped() {
        Delivery d = delivery;
        return with(new Delivery(d.timing(), d.faults(), d.pieceBytes(), true, d.chunked(), d.closing(), d.headers()));
    }

    /** Sends the body in chunks even where its length is known. */
    public Reply chunked() {
        Delivery d = delivery;
        return with(new Delivery(d.timing(), d.faults(), d.pieceBytes(), d.gzip(), true, d.closing(), d.headers()));
    }

    /** Closes the connection after the complete reply, and says so. */
    public Reply closing() {
        Delivery d = delivery;
        return with(new Delivery(d.timing(), d.faults(), d.pieceBytes(), d.gzip(), d.chunked(), true, d.headers()));
    }

    /** Sends this header in place of the provider's of that name; several calls with one name send several lines. */
    public Reply withHeader(String name, String value) {
        Delivery d = delivery;
        return with(new Delivery(
                d.timing(),
                d.faults(),
                d.pieceBytes(),
                d.gzip(),
                d.chunked(),
                d.closing(),
                plus(d.headers(), new Header(name, value))));
    }

    private Reply struckBy(Fault fault) {
        Delivery d = delivery;
        return with(new Delivery(
                d.timing(), plus(d.faults(), fault), d.pieceBytes(), d.gzip(), d.chunked(), d.closing(), d.headers()));
    }

    private Reply with(Delivery changed) {
        return new Reply(content, changed);
    }

    private static <T> List<T> plus(List<T> list, T more) {
        return Stream.concat(list.stream(), Stream.of(more)).toList();
    }
}
