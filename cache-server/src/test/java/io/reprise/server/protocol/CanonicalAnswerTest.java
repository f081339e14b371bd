package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.CanonicalAnswer.Part;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers stored on one wire and rendered on another say the same, or are refused. */
final class CanonicalAnswerTest {
    private static final Replay REPLAY = new Replay("e1", "asked", Instant.ofEpochSecond(1_800_000_000), true);
    private static final CachingRules KEEP_TRUNCATED = new CachingRules(Map.of(), null, List.of(), true);
    private static final List<WireFormat> WIRES = List.of(
            new OpenAiChat(KEEP_TRUNCATED),
            new OpenAiCompletions(KEEP_TRUNCATED),
            new OpenAiResponses(KEEP_TRUNCATED),
            new AnthropicMessages(KEEP_TRUNCATED));
    private static final List<String> WORDS =
            List.of("Yes.", " ", "é😀", "a\nb", "\"quoted\"", "data: [DONE]\n\n", "\u2028", "{}");

    static Stream<Arguments> pairs() {
        return WIRES.stream().flatMap(from -> WIRES.stream().map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void answerStoredOnOneWire_saysTheSameOnTheOther(WireFormat from, WireFormat to) {
        var random = new Random(42);
        int told = 0;
        for (int i = 0; i < 500; i++) {
            CanonicalAnswer answer = randomAnswer(random);
            Completion stored;
            Completion rendered;
            Completion streamed;
            try {
                stored = read(from, write(from, answer));
                rendered = read(to, to.json(stored, REPLAY));
                streamed = collected(to, to.events(stored, REPLAY));
            } catch (NotTellableException e) {
                continue;
            }
            told++;
            assertEquals(answer, CanonicalAnswer.of(stored));
            assertEquals(answer, CanonicalAnswer.of(rendered));
            assertEquals(answer, CanonicalAnswer.of(streamed));
        }
        assertTrue(told > 50, "answers told: " + told);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void wordsAndThenToolCalls_areToldOnEveryWireThatHasTools(WireFormat from, WireFormat to) {
        var answer = new CanonicalAnswer(
                List.of(
                        new Part.Text("So."),
                        new Part.ToolCall("c1", "f", "{\"a\":1.10}"),
                        new Part.ToolCall("c2", "g", "{}")),
                false,
                "m",
                Usage.of(9, 3, false),
                0);
        if (from.wire() == Wire.OPENAI_COMPLETIONS || to.wire() == Wire.OPENAI_COMPLETIONS) {
            assertThrows(NotTellableException.class, () -> to.json(read(from, write(from, answer)), REPLAY));
        } else {
            Completion rendered = read(to, to.json(read(from, write(from, answer)), REPLAY));
            assertEquals(answer, CanonicalAnswer.of(rendered));
            assertTrue(rendered.callsTools());
        }
    }

    /** A caller who hands in a bare text means it for whatever wire it is asked on. */
    @Test
    void bareText_isToldOnEveryWire() {
        Completion text = Completion.ofText("Yes.", "m", Usage.of(9, 3, true));
        for (WireFormat wire : WIRES) {
            assertEquals("Yes.", read(wire, wire.json(text, REPLAY)).text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'type':'thinking','thinking':'hm','signature':'s'},{'type':'text','text':'a'}]",
                "[{'type':'redacted_thinking','data':'x'},{'type':'text','text':'a'}]",
                "[{'type':'text','text':'a','citations':[{'type':'char_location','cited_text':'c'}]}]",
                "[{'type':'text','text':'a','a_field_of_tomorrow':1}]",
                "[{'type':'server_tool_use','id':'u','name':'web_search','input':{}},{'type':'text','text':'a'}]"
            })
    void whatOnlyAnthropicSays_isToldOnNoOtherWire(String content) {
        byte[] json = Trees.bytes("{'id':'msg_1','type':'message','role':'assistant','model':'claude','content':"
                + content + ",'stop_reason':'end_turn','stop_sequence':null}");
        assertToldOnNoOtherWire(new AnthropicMessages(), json);
    }

    @Test
    void stopSequenceThatWasMet_isToldOnNoOtherWire() {
        byte[] json = Trees.bytes("{'type':'message','content':[{'type':'text','text':'a'}],"
                + "'stop_reason':'stop_sequence','stop_sequence':'END'}");
        assertToldOnNoOtherWire(new AnthropicMessages(), json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role':'assistant','content':'a','annotations':[{'type':'url_citation'}]} | null",
                "{'role':'assistant','content':'a','audio':{'id':'x'}} | null",
                "{'role':'assistant','content':'a','a_field_of_tomorrow':false} | null",
                "{'role':'assistant','content':null,'function_call':{'name':'f','arguments':'{}'}} | null",
                "{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'custom','custom':{'name':'g','input':'x'}}]} | null",
                "{'role':'assistant','content':'a'} | {'content':[{'token':'a','logprob':-0.1}]}"
            })
    void whatOnlyAChatSays_isToldOnNoOtherWire(String message, String logprobs) {
        byte[] json = Trees.bytes("{'choices':[{'index':0,'message':" + message + ",'logprobs':" + logprobs
                + ",'finish_reason':'stop'}]}");
        assertToldOnNoOtherWire(new OpenAiChat(), json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'reasoning','id':'rs','summary':[{'type':'summary_text','text':'hm'}]}",
                "{'type':'reasoning','id':'rs','summary':[],'encrypted_content':'xyz'}",
                "{'type':'web_search_call','id':'ws','status':'completed'}",
                "{'type':'message','id':'m2','status':'completed','role':'assistant','content':[{'type':'output_text','text':'b'}]}",
                "{'type':'message','id':'m2','status':'completed','role':'assistant','phase':'final_answer','content':[]}",
                "{'type':'an_item_of_tomorrow'}"
            })
    void whatOnlyAResponseSays_isToldOnNoOtherWire(String item) {
        byte[] json = Trees.bytes("{'object':'response','status':'completed','output':["
                + "{'type':'message','id':'m','status':'completed','role':'assistant','content':[{'type':'output_text','text':'a'}]},"
                + item + "]}");
        assertToldOnNoOtherWire(new OpenAiResponses(), json);
    }

    /** It only says that there was thinking. */
    @Test
    void reasoningWithoutWords_isNoLoss() {
        byte[] json = Trees.bytes(
                "{'object':'response','status':'completed','output':[{'type':'reasoning','id':'rs','summary':[]},"
                        + "{'type':'message','id':'m','status':'completed','role':'assistant','content':[{'type':'output_text','text':'a'}]}]}");
        Completion response = read(new OpenAiResponses(), json);
        assertEquals(
                "a",
                read(new AnthropicMessages(), new AnthropicMessages().json(response, REPLAY))
                        .text());
    }

    @Test
    void wordsAfterAToolCall_haveNoPlaceInAChat() {
        var answer = new CanonicalAnswer(
                List.of(new Part.ToolCall("c", "f", "{}"), new Part.Text("So.")), false, "m", Usage.of(9, 3, false), 0);
        Completion message = read(new AnthropicMessages(), write(new AnthropicMessages(), answer));
        assertThrows(NotTellableException.class, () -> new OpenAiChat().json(message, REPLAY));
        Completion response = read(new OpenAiResponses(), new OpenAiResponses().json(message, REPLAY));
        assertEquals(answer, CanonicalAnswer.of(response));
    }

    @Test
    void argumentsThatAreNoObject_areToldWhereArgumentsAreText() {
        var answer = new CanonicalAnswer(List.of(new Part.ToolCall("c", "f", "{not json")), false, "m", null, 0);
        Completion chat = read(new OpenAiChat(), write(new OpenAiChat(), answer));
        assertThrows(NotTellableException.class, () -> new AnthropicMessages().json(chat, REPLAY));
        assertEquals(answer, CanonicalAnswer.of(read(new OpenAiResponses(), new OpenAiResponses().json(chat, REPLAY))));
    }

    private static void assertToldOnNoOtherWire(WireFormat own, byte[] json) {
        Completion stored = read(own, json);
        assertEquals(json, own.json(stored, REPLAY));
        for (WireFormat wire : WIRES) {
            if (wire.wire() != own.wire()) {
                assertThrows(NotTellableException.class, () -> wire.json(stored, REPLAY), () -> wire.wire()
                        .id());
                assertThrows(NotTellableException.class, () -> wire.events(stored, REPLAY), () -> wire.wire()
                        .id());
            }
        }
    }

    private static CanonicalAnswer randomAnswer(Random random) {
        List<Part> parts = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            parts.add(
                    switch (random.nextInt(5)) {
                        case 0 -> new Part.Reasoning("because " + words(random));
                        case 1 ->
                            new Part.ToolCall(
                                    "call_" + i,
                                    "f" + random.nextInt(3),
                                    new String(
                                            StrictJson.bytes(StrictJson.object().put("a", words(random))),
                                            StandardCharsets.UTF_8));
                        default -> new Part.Text(words(random));
                    });
        }
        boolean callsTools = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
        if (!callsTools) {
            parts.add(new Part.Text("end"));
        }
        Usage usage = random.nextBoolean() ? new Usage(20, random.nextInt(20), 0, 7, false) : Usage.of(5, 0, false);
        return new CanonicalAnswer(parts, !callsTools && random.nextBoolean(), "m", usage, 0);
    }

    private static String words(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static byte[] write(WireFormat wire, CanonicalAnswer answer) {
        return StrictJson.bytes(
                switch (wire) {
                    case OpenAiChat chat -> OpenAiChatTranslation.write(answer, REPLAY);
                    case OpenAiCompletions completions -> OpenAiCompletionsTranslation.write(answer, REPLAY);
                    case OpenAiResponses responses -> OpenAiResponsesTranslation.write(answer, REPLAY);
                    case AnthropicMessages messages -> AnthropicTranslation.write(answer, REPLAY);
                });
    }

    private static Completion read(WireFormat wire, byte[] json) {
        return assertInstanceOf(Answers.Reading.Whole.class, wire.answer(json, StrictJson.parse(json)))
                .completion();
    }

    private static Completion collected(WireFormat wire, byte[] events) {
        StreamCollector collector = wire.collector();
        new SseParser(1 << 20).feed(events).forEach(event -> collector.add(event.data()));
        assertTrue(collector.isDone());
        return assertInstanceOf(Answers.Reading.Whole.class, collector.finish()).completion();
    }
}
