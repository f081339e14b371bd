package io.reprise.server.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a byte stream into server-sent events (WHATWG HTML, section 9.2.6), keeping each event's own bytes.
 *
 * <p>Accepts all three line ends and a leading byte order mark. Bytes after the last blank line are no event, as the standard says.
 * Whatever was fed is in the bytes of an event or is {@link #pending}, in order. Not thread-safe.
 */
public final class SseParser {
    /** An event, or a comment block, which has no data. */
    public record Event(byte[] raw, String data) {}

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final int maxEventBytes;
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream(512);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean firstLine = true;
    private boolean lastWasCr;
    private boolean overflown;

    /**
     * @param maxEventBytes events larger than this end the parsing: {@link #overflown()} is then true
     */
    public SseParser(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /** True when an event was too large; nothing is parsed from then on. */
    public boolean overflown() {
        return overflown;
    }

    /** Bytes that belong to no complete event yet; when one was too large, it and all that came with it. */
    public byte[] pending() {
        return raw.toByteArray();
    }

    /** Takes the next bytes of the stream and gives the events that they complete; none once one was too large. */
    public List<Event> feed(byte[] bytes) {
        List<Event> events = new ArrayList<>(2);
        for (int i = 0; i < bytes.length && !overflown; i++) {
            byte b = bytes[i];
            if (b == '\n' && lastWasCr) {
                // The second half of a CR LF: its line has ended already, so it belongs to what that line ended.
                lastWasCr = false;
                if (raw.size() == 0 && !events.isEmpty()) {
                    Event ended = events.removeLast();
                    byte[] whole = Arrays.copyOf(ended.raw(), ended.raw().length + 1);
                    whole[whole.length - 1] = '\n';
                    events.add(new Event(whole, ended.data()));
                } else {
                    raw.write(b);
                }
                continue;
            }
            raw.write(b);
            lastWasCr = b == '\r';
            if (raw.size() > maxEventBytes) {
                overflown = true;
                raw.write(bytes, i + 1, bytes.length - i - 1);
            } else if (b != '\n' && b != '\r') {
                line.write(b);
            } else if (line.size() > 0) {
                endLine();
            } else {
                events.add(endEvent());
            }
        }
        return events;
    }

    /**
     * What an event says that the end of the stream leaves without its blank line, or null when there is none. The standard drops such
     * an event; some servers end their last one so. Nothing may be fed afterwards.
     */
    public @Nullable String unendedData() {
        if (line.size() > 0 && !overflown) {
            endLine();
        }
        return hasData && !overflown ? data.toString() : null;
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (firstLine && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        firstLine = false;
        if (text.startsWith("data")) {
            String value = text.equals("data") ? "" : text.startsWith("data:") ? text.substring(5) : null;
            if (value != null) {
                data.append(hasData ? "\n" : "").append(value.startsWith(" ") ? value.substring(1) : value);
                hasData = true;
            }
        }
    }

    private Event endEvent() {
        firstLine = false;
        var event = new Event(raw.toByteArray(), data.toString());
        raw.reset();
        data.setLength(0);
        hasData = false;
        return event;
    }
}
