package io.reprise.server.testupstream;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;

/** The changes that a delivery makes to a rendered response: compression, framing, the size of pieces, headers. */
final class BodyShaping {

    /** Up to here a compressed body is gathered first, so that its length is known; a longer one is sent in chunks. */
    private static final long GATHERED_BYTES = 1 << 20;

    private BodyShaping() {}

    static Rendered shape(Rendered rendered, Delivery delivery, boolean gzip) {
        Rendered shaped = gzip ? gzipped(rendered) : rendered;
        OptionalLong length = delivery.chunked() ? OptionalLong.empty() : shaped.length();
        Iterator<Buffer> body = shaped.body();
        if (delivery.pieceBytes() > 0) {
            body = resized(body, delivery.pieceBytes());
        } else if (!delivery.faults().isEmpty() && shaped.length().orElse(Long.MAX_VALUE) <= GATHERED_BYTES) {
            body = resized(body, Math.toIntExact(Math.max(1, (shaped.length().orElseThrow() + 1) / 2)));
        }
        return new Rendered(
                shaped.status(), replaced(shaped.headers(), delivery.headers()), length, body, shaped.events());
    }

    private static Rendered gzipped(Rendered plain) {
        List<Header> headers = new ArrayList<>(plain.headers());
        headers.add(new Header("content-encoding", "gzip"));
        headers.add(new Header("vary", "Accept-Encoding"));
        Iterator<Buffer> compressed = gzip(plain.body());
        if (plain.length().orElse(Long.MAX_VALUE) > GATHERED_BYTES) {
            return new Rendered(plain.status(), headers, OptionalLong.empty(), compressed, plain.events());
        }
        Buffer whole = Buffer.buffer();
        compressed.forEachRemaining(whole::appendBuffer);
        return Rendered.whole(plain.status(), headers, whole.getBytes());
    }

    private static List<Header> replaced(List<Header> headers, List<Header> replacements) {
        if (replacements.isEmpty()) {
            return headers;
        }
        List<Header> all = new ArrayList<>(headers);
        all.removeIf(header -> replacements.stream().anyMatch(r -> r.isNamed(header.name())));
        all.addAll(replacements);
        return all;
    }

    /** One gzip member over all the pieces, of which each can be decompressed as soon as it has arrived. */
    static Iterator<Buffer> gzip(Iterator<Buffer> pieces) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        GZIPOutputStream gzip = gzipInto(compressed);
        return new Iterator<>() {
            private boolean finished;

            @Override
            public boolean hasNext() {
                return !finished;
            }

            @Override
            public Buffer next() {
                if (finished) {
                    throw new NoSuchElementException();
                }
                try {
                    if (pieces.hasNext()) {
                        gzip.write(pieces.next().getBytes());
                        gzip.flush();
                    }
                    if (!pieces.hasNext()) {
                        gzip.close();
                        finished = true;
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                Buffer piece = Buffer.buffer(compressed.toByteArray());
                compressed.reset();
                return piece;
            }
        };
    }

    /** The same bytes in pieces of this many, the last one shorter. */
    static Iterator<Buffer> resized(Iterator<Buffer> pieces, int bytes) {
        return new Iterator<>() {
            private Buffer rest = Buffer.buffer();

            @Override
            public boolean hasNext() {
                while (rest.length() == 0 && pieces.hasNext()) {
                    rest = pieces.next();
                }
                return rest.length() > 0;
            }

            @Override
            public Buffer next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Buffer piece = Buffer.buffer(bytes);
                while (piece.length() < bytes && hasNext()) {
                    int part = Math.min(bytes - piece.length(), rest.length());
                    piece.appendBuffer(rest, 0, part);
                    rest = rest.slice(part, rest.length());
                }
                return piece;
            }
        };
    }

    private static GZIPOutputStream gzipInto(ByteArrayOutputStream sink) {
        try {
            return new GZIPOutputStream(sink, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
