package io.reprise.server.http;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The content codings of a body (RFC 9110, section 8.4), in the order in which they were applied. Decoding takes time,
 * and native code: never on an event loop or a virtual thread.
 */
final class ContentCodings {
    private static final Set<String> KNOWN = Set.of("gzip", "x-gzip", "deflate", "zstd");
    /** Each may multiply what the next has to read. */
    private static final int MOST = 2;
    /** RFC 9659: what every reader of zstd from the web supports, and no more. */
    private static final int ZSTD_WINDOW_LOG = 23;

    private static final Pattern WORD = Pattern.compile("[a-z0-9-]{1,20}");

    private final List<String> names;

    private ContentCodings(List<String> names) {
        this.names = names;
    }

    /**
     * @param headers each value of {@code Content-Encoding}
     */
    static ContentCodings of(List<String> headers) {
        return new ContentCodings(headers.stream()
                .flatMap(header -> Stream.of(header.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty() && !name.equals("identity"))
                .toList());
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    boolean isKnown() {
        return names.size() <= MOST && KNOWN.containsAll(names);
    }

    /** A word for {@code Cache-Status}. */
    String why() {
        String last = names.getLast();
        return WORD.matcher(last).matches() ? "encoding:" + last : "encoding";
    }

    /**
     * What was decoded.
     *
     * @param complete whether it is all of it, and well-formed
     */
    record Decoded(byte[] bytes, boolean complete) {}

    /** Decodes as much as there is of a body, at most one byte more than the limit. Only of known codings. */
    Decoded decode(byte[] body, int limitBytes) {
        var out = new ByteArrayOutputStream(Math.min(body.length, limitBytes));
        try (InputStream in = stream(new ByteArrayInputStream(body))) {
            byte[] part = new byte[16 * 1024];
            int left = limitBytes + 1;
            for (int n = in.read(part); n >= 0 && left > 0; n = in.read(part, 0, Math.min(part.length, left))) {
                out.write(part, 0, Math.min(n, left));
                left -= Math.min(n, left);
                if (left == 0) {
                    return new Decoded(out.toByteArray(), false);
                }
            }
            return new Decoded(out.toByteArray(), true);
        } catch (IOException e) {
            // It is cut off, or is not what it says.
            return new Decoded(out.toByteArray(), false);
        }
    }

    private InputStream stream(InputStream body) throws IOException {
        InputStream in = body;
        for (String name : names.reversed()) {
            in = switch (name) {
                case "zstd" -> new ZstdInputStreamNoFinalizer(in).setLongMax(ZSTD_WINDOW_LOG);
                case "deflate" -> inflated(in);
                default -> new GZIPInputStream(in);
            };
        }
        return in;
    }

    /** With the header of zlib, as the RFC has it, or without, as some clients do. */
    private static InputStream inflated(InputStream in) throws IOException {
        byte[] all = in.readNBytes(2);
        boolean zlib = all.length == 2 && (all[0] & 0x0f) == 8 && (((all[0] & 0xff) << 8) | (all[1] & 0xff)) % 31 == 0;
        return new InflaterInputStream(new SequenceInputStream(new ByteArrayInputStream(all), in), new Inflater(!zlib));
    }
}
