package io.reprise.server.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits a byte stream into server-sent events (WHATWG HTML, section 9.2.6), keeping each event's own bytes.
 *
 * <p>Accepts all three line ends. Bytes after the last blank line are no event, as the standard says. Not thread-safe.
 */
public final class SseParser {
    /** An event, or a comment block, which has no data. */
    public record Event(byte[] raw, String data) {}

    private final int maxEventBytes;
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream(512);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
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

    /** Bytes that belong to no complete event yet. */
    public byte[] pending() {
        return raw.toByteArray();
    }

    /** Takes the next bytes of the stream and gives the events that they complete. */
    public List<Event> feed(byte[] bytes) {
        List<Event> events = new ArrayList<>(2);
        for (byte b : bytes) {
            if (overflown) {
                break;
            }
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
            if (b != '\n' && b != '\r') {
                line.write(b);
            } else if (line.size() > 0) {
                endLine();
            } else {
                events.add(endEvent());
            }
            overflown = raw.size() > maxEventBytes;
        }
        return events;
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.startsWith("data")) {
            String value = text.equals("data") ? "" : text.startsWith("data:") ? text.substring(5) : null;
            if (value != null) {
                data.append(hasData ? "\n" : "").append(value.startsWith(" ") ? value.substring(1) : value);
                hasData = true;
            }
        }
    }

    private Event endEvent() {
        var event = new Event(raw.toByteArray(), data.toString());
        raw.reset();
        data.setLength(0);
        hasData = false;
        return event;
    }
}
