package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiResponsesReplayTest {
    private static final OpenAiResponses WIRE = new OpenAiResponses();
    private static final String MESSAGE =
            "{'type':'message','id':'m','status':'completed','role':'assistant','content':["
                    + "{'type':'output_text','text':'Yes, é😀.','annotations':[],'logprobs':[]}]}";
    private static final String CALL =
            "{'type':'function_call','id':'fc','status':'completed','call_id':'c','name':'f','arguments':'{}'}";
    private static final String REASONING =
            "{'type':'reasoning','id':'rs','summary':[{'type':'summary_text','text':'Hm.'},"
                    + "{'type':'summary_text','text':'So.'}],'encrypted_content':'xyz'}";

    @Test
    void json_isTheVeryBytesThatWereStored() {
        byte[] json = Trees.bytes("{ 'output' : [ ] ,\n'a':1.10,'metadata':{},'user':null}");
        assertSame(json, WIRE.json(completion(json), asking("'store':false")));
    }

    /** A response repeats who asked, and that is not who asked before. */
    @Test
    void callersOwnFields_areTheOnesOfThisCall() {
        byte[] json = Trees.bytes(
                "{'output':[],'metadata':{'trace':'1'},'user':'ann','safety_identifier':'s','prompt_cache_key':null}");
        assertEquals(
                Trees.of(
                        "{'output':[],'metadata':{'trace':'2'},'user':null,'safety_identifier':null,'prompt_cache_key':'k'}"),
                StrictJson.parse(WIRE.json(
                        completion(json),
                        asking("'metadata':{'trace':'2'},'prompt_cache_key':'k','prompt_cache_retention':'24h'"))));
        assertEquals(
                Trees.of("{}"),
                StrictJson.parse(WIRE.json(completion(json), asking("'store':false")))
                        .path("metadata"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MESSAGE,
                CALL,
                REASONING + "," + MESSAGE,
                REASONING + "," + CALL + "," + CALL,
                "{'type':'reasoning','id':'rs','summary':[],'content':[{'type':'reasoning_text','text':'Hm.'}]},"
                        + MESSAGE,
                "{'type':'custom_tool_call','id':'ct','status':'completed','call_id':'c','name':'g','input':'x'}",
                "{'type':'web_search_call','id':'ws','status':'completed','action':{'type':'search','query':'q'}},"
                        + MESSAGE,
                "{'type':'file_search_call','id':'fs','status':'completed','queries':['q'],'results':null}," + MESSAGE,
                "{'type':'message','id':'m','status':'completed','role':'assistant','content':["
                        + "{'type':'output_text','text':'a','annotations':[{'type':'url_citation','url':'u'}],"
                        + "'logprobs':[{'token':'a','logprob':-0.10,'bytes':[97],'top_logprobs':[]}]},"
                        + "{'type':'output_text','text':'b','annotations':[]}]}"
            })
    void events_putTogether_areTheAnswer(String output) {
        String answer = answer(output);
        StreamCollector collector = WIRE.collector();
        events(answer).forEach(event -> collector.add(event.toString()));
        assertTrue(collector.isDone());
        assertEquals(
                Trees.of(answer),
                assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                        .completion()
                        .tree());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'an_item_of_tomorrow','id':'x'}",
                "{'type':'message','id':'m','role':'assistant','content':[{'type':'a_part_of_tomorrow'},{'type':'output_text','text':'a'}]}",
                "{'type':'message','role':'assistant','content':[{'type':'output_text','text':'a'}]}"
            })
    void itemWhoseEventsAreNotKnown_isNotStreamed(String item) {
        Completion stored = stored(answer(item));
        assertSame(stored.json(), WIRE.json(stored, asking("'store':false")));
        assertThrows(NotTellableException.class, () -> WIRE.events(stored, asking("'store':false")));
    }

    @Test
    void events_areNamedAndNumbered() {
        String stream = new String(
                WIRE.events(stored(answer(REASONING + "," + MESSAGE)), asking("'store':false")),
                StandardCharsets.UTF_8);
        int number = 0;
        for (String event : stream.split("\n\n", -1)) {
            if (!event.isEmpty()) {
                String[] lines = event.split("\n", -1);
                assertEquals(2, lines.length, event);
                JsonNode data =
                        StrictJson.parse(lines[1].substring("data: ".length()).getBytes(StandardCharsets.UTF_8));
                assertEquals("event: " + data.path("type").textValue(), lines[0]);
                assertEquals(number++, data.path("sequence_number").intValue());
            }
        }
    }

    @Test
    void events_comeInTheOrderOfTheApi() {
        assertEquals(
                List.of(
                        "created",
                        "in_progress",
                        "output_item.added",
                        "content_part.added",
                        "output_text.delta",
                        "output_text.done",
                        "content_part.done",
                        "output_item.done",
                        "output_item.added",
                        "function_call_arguments.delta",
                        "function_call_arguments.done",
                        "output_item.done",
                        "completed"),
                events(answer(MESSAGE + "," + CALL)).stream()
                        .map(event -> event.path("type").textValue().substring("response.".length()))
                        .toList());
    }

    @Test
    void firstEvents_haveTheResponseBeforeItBegan() {
        JsonNode begun = events(answer(MESSAGE)).getFirst().path("response");
        assertEquals("in_progress", begun.path("status").textValue());
        assertTrue(begun.path("output").isEmpty());
        assertTrue(begun.path("usage").isNull());
        assertEquals("resp_1", begun.path("id").textValue());
    }

    @Test
    void answerOfAnotherForm_repeatsTheRequest() {
        JsonNode response = StrictJson.parse(
                WIRE.json(
                        Completion.ofText("Yes.", null, new Usage(9, 4, 0, 3, true)),
                        asking(
                                "'store':false,'instructions':'be brief','temperature':0.5,'tools':[{'type':'function','name':'f'}]")));
        assertEquals("resp_e1", response.path("id").textValue());
        assertEquals("asked", response.path("model").textValue());
        assertEquals(1_800_000_000, response.path("created_at").intValue());
        assertEquals("be brief", response.path("instructions").textValue());
        assertEquals("f", response.at("/tools/0/name").textValue());
        assertEquals("0.5", response.path("temperature").asText());
        assertEquals("1.0", response.path("top_p").asText());
        assertEquals("Yes.", response.at("/output/0/content/0/text").textValue());
        assertEquals(
                Trees.of("{'input_tokens':9,'input_tokens_details':{'cached_tokens':4},'output_tokens':3,"
                        + "'output_tokens_details':{'reasoning_tokens':0},'total_tokens':12}"),
                response.path("usage"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "number",
                "id",
                "text",
                "arguments",
                "noPart",
                "extraDelta",
                "error",
                "malformed",
            })
    void streamThatIsNotWellFormed_isNotKept(String fault) {
        List<JsonNode> events = events(answer(MESSAGE + "," + CALL));
        StreamCollector collector = WIRE.collector();
        for (JsonNode event : events) {
            var spoilt = (ObjectNode) event.deepCopy();
            String type = event.path("type").textValue();
            switch (fault) {
                case "number" ->
                    spoilt.put(
                            "sequence_number",
                            Math.min(3, event.path("sequence_number").intValue()));
                case "id" -> {
                    if (type.equals("response.in_progress")) {
                        ((ObjectNode) spoilt.path("response")).put("id", "resp_2");
                    }
                }
                case "text" -> replace(spoilt, type.equals("response.output_text.delta"), text -> text + "!");
                case "arguments" -> replace(spoilt, type.contains("arguments.delta"), text -> "{ }");
                case "noPart" -> {
                    if (type.equals("response.output_text.delta")) {
                        spoilt.remove("content_index");
                    }
                }
                case "extraDelta" -> {
                    if (type.equals("response.output_text.delta")) {
                        spoilt.put("output_index", 7);
                    }
                }
                case "error" -> {
                    if (type.equals("response.in_progress")) {
                        spoilt.put("type", "error");
                    }
                }
                default -> {
                    if (type.equals("response.in_progress")) {
                        collector.add("{not json");
                    }
                }
            }
            collector.add(spoilt.toString());
        }
        assertEquals(
                "incomplete",
                assertInstanceOf(Answers.Reading.NotKept.class, collector.finish())
                        .why());
        assertEquals(Usage.of(9, 3, false), ((Answers.Reading.NotKept) collector.finish()).usage());
    }

    @Test
    void streamThatBreaksOff_isNotKeptButWhatItSaidIsKnown() {
        StreamCollector collector = WIRE.collector();
        events(answer(MESSAGE)).stream().limit(6).forEach(event -> collector.add(event.toString()));
        assertEquals("Yes, é😀.", collector.text());
        assertInstanceOf(Answers.Reading.NotKept.class, collector.finish());
    }

    /** Bytes are kept, not values: what follows a stream is told as it was. */
    @Test
    void lastEventsResponse_isKeptByteForByte() {
        String response = answer(MESSAGE).replace('\'', '"').replace(":", " : ");
        StreamCollector collector = WIRE.collector();
        List<JsonNode> events = events(answer(MESSAGE));
        events.subList(0, events.size() - 1).forEach(event -> collector.add(event.toString()));
        collector.add("{\"type\":\"response.completed\", \"sequence_number\":99,\"response\": " + response + " }");
        assertEquals(
                response,
                new String(
                        assertInstanceOf(Answers.Reading.Whole.class, collector.finish())
                                .completion()
                                .json(),
                        StandardCharsets.UTF_8));
    }

    private static void replace(ObjectNode event, boolean here, UnaryOperator<String> change) {
        if (here) {
            event.put("delta", change.apply(event.path("delta").textValue()));
        }
    }

    private static String answer(String output) {
        return "{'id':'resp_1','object':'response','created_at':7,'completed_at':8,'status':'completed','error':null,"
                + "'incomplete_details':null,'model':'m','output':[" + output + "],'metadata':{},"
                + "'usage':{'input_tokens':9,'output_tokens':3,'total_tokens':12}}";
    }

    private static List<JsonNode> events(String answer) {
        return new SseParser(1 << 20)
                .feed(WIRE.events(stored(answer), asking("'store':false"))).stream()
                        .map(event -> StrictJson.parse(event.data().getBytes(StandardCharsets.UTF_8)))
                        .toList();
    }

    private static Completion stored(String answer) {
        byte[] json = Trees.bytes(answer);
        return assertInstanceOf(Answers.Reading.Whole.class, WIRE.answer(json, StrictJson.parse(json)))
                .completion();
    }

    private static Completion completion(byte[] json) {
        return new Completion(Completion.Form.OPENAI_RESPONSE, json, "m", null, false);
    }

    private static Replay asking(String fields) {
        return WIRE.read(Trees.of("{'model':'asked'," + fields + ",'input':'hi'}"))
                .replay("e1", Instant.ofEpochSecond(1_800_000_000));
    }
}
