package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.SseParser.Event;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SseParserTest {
    private static final String STREAM = ": hello\n\nevent: message_start\nid: 7\ndata: {\"a\":\n"
            + "data:  1}\n\ndata\n\ndata:\u00e9\ud83d\ude00\nretry: 10\n\n\n\ndata: [DONE]\n\ndata: cut";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data: x; | x",
                "data:x; | x",
                "data:  x; | ' x'",
                "data: x ; | 'x '",
                "data:x:y; | x:y",
                "data: a;data: b; | 'a,b'",
                "data: a;data;data: b; | 'a,,b'",
                "data; | ''",
                "data:; | ''",
                ": comment; | ''",
                "event: ping; | ''",
                "event: e;id: 1;data: x;retry: 3; | x",
                "database: x; | ''",
                "Data: x; | ''",
                "' data: x;' | ''",
                "datax; | ''"
            })
    void block_hasTheDataOfItsDataLines(String lines, String data) {
        List<Event> events = new SseParser(1000).feed(utf8(lines.replace(';', '\n') + "\n"));
        assertEquals(1, events.size());
        assertEquals(data.replace(',', '\n'), events.getFirst().data());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyLineEnd_endsLines(String lineEnd) {
        assertEquals(
                List.of("", "{\"a\":\n 1}", "", "\u00e9\ud83d\ude00", "", "", "[DONE]"),
                data(new SseParser(1000).feed(utf8(STREAM.replace("\n", lineEnd)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void streamSplitAnywhere_givesTheSameEvents(String lineEnd) {
        byte[] stream = utf8(STREAM.replace("\n", lineEnd));
        List<String> whole = data(new SseParser(1000).feed(stream));
        for (int at = 0; at <= stream.length; at++) {
            var parser = new SseParser(1000);
            List<Event> events = new ArrayList<>(parser.feed(Arrays.copyOf(stream, at)));
            events.addAll(parser.feed(Arrays.copyOfRange(stream, at, stream.length)));
            assertEquals(whole, data(events), "split at " + at);
            assertEquals(text(stream), passed(events, parser), "split at " + at);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void streamByteByByte_givesTheSameEventsAndLosesNothing(String lineEnd) {
        byte[] stream = utf8(STREAM.replace("\n", lineEnd));
        var parser = new SseParser(1000);
        List<Event> events = new ArrayList<>();
        for (byte b : stream) {
            events.addAll(parser.feed(new byte[] {b}));
        }
        assertEquals(data(new SseParser(1000).feed(stream)), data(events));
        assertEquals(text(stream), passed(events, parser));
    }

    @Test
    void mixedLineEndsInRandomPieces_loseNothing() {
        var random = new Random(1);
        String[] pieces = {"\n", "\r", "\r\n", "data", ":", " ", "x", "\u00e9", "\ufeff", "event: e"};
        for (int round = 0; round < 500; round++) {
            var stream = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                stream.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = utf8(stream.toString());
            List<Event> whole = new SseParser(10_000).feed(bytes);
            var parser = new SseParser(10_000);
            List<Event> events = new ArrayList<>();
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(5));
                events.addAll(parser.feed(Arrays.copyOfRange(bytes, from, to)));
                from = to;
            }
            assertEquals(data(whole), data(events));
            assertEquals(stream.toString(), passed(events, parser));
        }
    }

    @Test
    void everyEvent_hasItsOwnBytes() {
        List<Event> events = new SseParser(1000).feed(utf8(": c\r\n\r\nevent: e\r\ndata: x\r\n\r\ndata: y\r\n\r\n"));
        assertEquals(
                List.of(": c\r\n\r\n", "event: e\r\ndata: x\r\n\r\n", "data: y\r\n\r\n"),
                events.stream().map(event -> text(event.raw())).toList());
    }

    /** WHATWG HTML, section 9.2.5: one leading byte order mark is ignored. */
    @Test
    void byteOrderMarkAtTheStart_isNoPartOfTheFirstLine() {
        byte[] stream = utf8("\ufeffdata: x\n\ndata: y\n\n");
        var parser = new SseParser(1000);
        List<Event> events = parser.feed(stream);
        assertEquals(List.of("x", "y"), data(events));
        assertEquals(text(stream), passed(events, parser));
    }

    @Test
    void byteOrderMarkLater_isAPartOfItsLine() {
        assertEquals(List.of("x", ""), data(new SseParser(1000).feed(utf8("data: x\n\n\ufeffdata: y\n\n"))));
        assertEquals(List.of("\ufeffx"), data(new SseParser(1000).feed(utf8("data: \ufeffx\n\n"))));
    }

    @Test
    void bytesAfterTheLastBlankLine_arePending() {
        var parser = new SseParser(1000);
        assertEquals(List.of("x"), data(parser.feed(utf8("data: x\n\ndata: cut"))));
        assertEquals("data: cut", text(parser.pending()));
    }

    @Test
    void eventOfTheLargestSize_isRead() {
        var parser = new SseParser(10);
        assertEquals(List.of("xy"), data(parser.feed(utf8("data: xy\n\n"))));
        assertFalse(parser.overflown());
    }

    @Test
    void largerEvent_endsTheParsing() {
        var parser = new SseParser(10);
        assertEquals(List.of(), parser.feed(utf8("data: xyz\n\n")));
        assertTrue(parser.overflown());
        assertEquals(List.of(), parser.feed(utf8("data: a\n\n")));
    }

    @Test
    void manySmallEvents_areNoLargeOne() {
        var parser = new SseParser(10);
        assertEquals(1000, parser.feed(utf8("data: x\n\n".repeat(1000))).size());
        assertFalse(parser.overflown());
    }

    /** Who filters events passes on what is pending, and must not lose what came with it. */
    @Test
    void everythingThatCameWithALargerEvent_isPending() {
        var parser = new SseParser(10);
        byte[] stream = utf8("data: a\n\ndata: too large\n\ndata: b\n\nrest");
        List<Event> events = parser.feed(stream);
        assertEquals(List.of("a"), data(events));
        assertEquals(text(stream), passed(events, parser));
    }

    @Test
    void nothing_completesNothing() {
        assertEquals(List.of(), new SseParser(10).feed(new byte[0]));
    }

    private static List<String> data(List<Event> events) {
        return events.stream().map(Event::data).toList();
    }

    /** What a client gets: the bytes of each event, then those that belong to none. */
    private static String passed(List<Event> events, SseParser parser) {
        var bytes = new ByteArrayOutputStream();
        events.forEach(event -> bytes.writeBytes(event.raw()));
        bytes.writeBytes(parser.pending());
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
