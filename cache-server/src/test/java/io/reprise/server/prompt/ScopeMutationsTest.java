package io.reprise.server.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.reprise.server.protocol.AnthropicMessages;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.OpenAiCompletions;
import io.reprise.server.protocol.OpenAiResponses;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every value of a rich request, changed one at a time: whatever may change the answer changes the scope, and nothing else does.
 */
final class ScopeMutationsTest {
    private static final CallerScope ANN = CallerScope.of("ann", "default", null);
    private static final WireFormat OPENAI = new OpenAiChat();
    private static final WireFormat ANTHROPIC = new AnthropicMessages();
    private static final WireFormat COMPLETIONS = new OpenAiCompletions();
    private static final WireFormat RESPONSES = new OpenAiResponses();
    /** Under these, what is asked is put into the form of no wire in particular. */
    private static final CachingRules ONE_NAME =
            new CachingRules(Map.of("gpt-4o", "house", "claude", "house"), null, List.of(), false);

    private static final WireFormat ANY_OPENAI = new OpenAiChat(ONE_NAME);
    private static final WireFormat ANY_ANTHROPIC = new AnthropicMessages(ONE_NAME);
    private static final WireFormat ANY_RESPONSES = new OpenAiResponses(ONE_NAME);

    private static final String CHAT = """
            {"model":"gpt-4o","temperature":0.7,"top_p":0.9,"max_tokens":100,"max_completion_tokens":200,"seed":7,"stop":["\\n","END"],
             "presence_penalty":0.1,"frequency_penalty":-0.1,"logit_bias":{"50256":-100},"logprobs":true,"top_logprobs":2,
             "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object",
               "properties":{"a":{"type":"string"},"cache_control":{"type":"string"}},"required":["a"]}}},
             "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{}}}}],
             "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"reasoning_effort":"low",
             "service_tier":"auto","store":false,"modalities":["text"],"verbosity":"low","a_field_of_tomorrow":{"x":[1,{"y":null}]},
             "messages":[
               {"role":"system","content":"be brief","name":"sys"},
               {"role":"user","content":"earlier","name":"ann"},
               {"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"c1","type":"function",
                 "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
               {"role":"tool","tool_call_id":"c1","content":"42"},
               {"role":"assistant","content":[{"type":"text","text":"so"},{"type":"refusal","refusal":"no"}]},
               {"role":"user","name":"ann","content":[{"type":"text","text":"now"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                 {"type":"input_audio","input_audio":{"data":"BBBB","format":"wav"}},
                 {"type":"file","file":{"file_id":"file-1"}},
                 {"type":"text","text":"then","a_mark":1}]}]}
            """;

    private static final String MESSAGES = """
            {"model":"claude","max_tokens":100,"temperature":0.7,"top_k":5,"top_p":0.9,"stop_sequences":["END"],
             "system":[{"type":"text","text":"be brief"},{"type":"text","text":"be kind"}],
             "thinking":{"type":"enabled","budget_tokens":1024},"tool_choice":{"type":"auto"},"service_tier":"auto",
             "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"cache_control":{"type":"string"}}}}],
             "a_field_of_tomorrow":[{"x":1}],
             "messages":[
               {"role":"user","content":"earlier"},
               {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s1"},
                 {"type":"tool_use","id":"u1","name":"f","input":{"a":1,"cache_control":{"b":2}}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"u1","is_error":false,
                   "content":[{"type":"text","text":"42"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}}]},
                 {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}},
                 {"type":"document","source":{"type":"text","media_type":"text/plain","data":"D"},"citations":{"enabled":true}},
                 {"type":"text","text":"now"}]}]}
            """;

    private static final String COMPLETION = """
            {"model":"gpt-3.5-turbo-instruct","prompt":"now","suffix":"end","max_tokens":16,"temperature":0.7,"top_p":0.9,"logprobs":2,
             "seed":7,"stop":["\\n","END"],"presence_penalty":0.1,"logit_bias":{"50256":-100},"a_field_of_tomorrow":{"x":[1,{"y":null}]}}
            """;

    private static final String RESPONSE = """
            {"model":"gpt-4o","instructions":"be brief","temperature":0.7,"top_p":0.9,"max_output_tokens":100,"store":false,
             "reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],"truncation":"auto",
             "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"}},"verbosity":"low"},
             "parallel_tool_calls":false,"tool_choice":{"type":"function","name":"f"},"a_field_of_tomorrow":[{"x":1}],
             "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":false}],
             "input":[
               {"role":"developer","content":[{"type":"input_text","text":"be kind"}]},
               {"role":"user","content":"earlier"},
               {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"xyz"},
               {"role":"assistant","content":[{"type":"output_text","text":"so"},{"type":"refusal","refusal":"no"}]},
               {"type":"function_call","call_id":"c1","name":"f","arguments":"{\\"a\\":1}"},
               {"type":"function_call_output","call_id":"c1","output":"42"},
               {"role":"user","content":[{"type":"input_text","text":"now"},
                 {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
                 {"type":"input_file","file_id":"file-1"},{"type":"input_text","text":"then","a_mark":1}]}]}
            """;

    /** The same question on three wires, with nothing in it that only one of them could say. */
    private static final String ANY_CHAT = """
            {"model":"gpt-4o","temperature":0.7,"top_p":0.9,"max_completion_tokens":100,"parallel_tool_calls":false,
             "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"f"}},
             "messages":[{"role":"system","content":"be brief"},{"role":"user","content":"earlier"},
               {"role":"assistant","content":"so","tool_calls":[{"id":"c1","type":"function",
                 "function":{"name":"f","arguments":"{\\"a\\": 1.0}"}}]},
               {"role":"tool","tool_call_id":"c1","content":"42"},
               {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                 {"type":"text","text":"now"},{"type":"text","text":"then"}]}]}
            """;

    private static final String ANY_MESSAGES = """
            {"model":"claude","temperature":0.7,"top_p":0.9,"max_tokens":100,"system":"be brief",
             "tools":[{"name":"f","description":"d","strict":true,"input_schema":{"type":"object"}}],
             "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
             "messages":[{"role":"user","content":"earlier"},
               {"role":"assistant","content":[{"type":"text","text":"so"},{"type":"tool_use","id":"c1","name":"f","input":{"a":1}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"42"},
                 {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
                 {"type":"text","text":"now"},{"type":"text","text":"then"}]}]}
            """;

    private static final String ANY_RESPONSE = """
            {"model":"gpt-4o","temperature":0.7,"top_p":0.9,"max_output_tokens":100,"parallel_tool_calls":false,"instructions":"be brief",
             "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"}}],
             "tool_choice":{"type":"function","name":"f"},
             "input":[{"role":"user","content":"earlier"},
               {"role":"assistant","content":[{"type":"output_text","text":"so"}]},
               {"type":"function_call","call_id":"c1","name":"f","arguments":"{\\"a\\":1}"},
               {"type":"function_call_output","call_id":"c1","output":"42"},
               {"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AAAA"},
                 {"type":"input_text","text":"now"},{"type":"input_text","text":"then"}]}]}
            """;

    @Test
    void sameQuestionOnThreeWires_hasOneKeyUnderOneName() {
        CacheQuery chat = query(parse(ANY_CHAT), ANY_OPENAI);
        CacheQuery messages = query(parse(ANY_MESSAGES), ANY_ANTHROPIC);
        CacheQuery response = query(parse(ANY_RESPONSE), ANY_RESPONSES);
        assertEquals(chat.id(), messages.id());
        assertEquals(chat.id(), response.id());
        assertEquals("claude", messages.model());
    }

    @Test
    void eachValueOfACompletion_changesTheScopeUnlessItIsTheLastText() {
        changeEachValue(COMPLETION, COMPLETIONS, List.of("now"));
    }

    @Test
    void eachValueOfAResponsesCall_changesTheScopeUnlessItIsTheLastText() {
        changeEachValue(RESPONSE, RESPONSES, List.of("now", "then"));
    }

    @Test
    void eachValueOfAQuestionUnderOneName_changesTheScopeUnlessItIsTheLastText() {
        changeEachValue(ANY_CHAT, ANY_OPENAI, List.of("now", "then"));
        changeEachValue(ANY_MESSAGES, ANY_ANTHROPIC, List.of("now", "then"));
        changeEachValue(ANY_RESPONSE, ANY_RESPONSES, List.of("now", "then"));
    }

    @Test
    void eachValueOfAChat_changesTheScopeUnlessItIsTheLastText() {
        changeEachValue(CHAT, OPENAI, List.of("now", "then"));
    }

    @Test
    void eachValueOfAMessagesCall_changesTheScopeUnlessItIsTheLastText() {
        changeEachValue(MESSAGES, ANTHROPIC, List.of("now"));
    }

    @Test
    void removingAnyField_changesTheScope() {
        removeEachField(CHAT, OPENAI);
        removeEachField(MESSAGES, ANTHROPIC);
        removeEachField(COMPLETION, COMPLETIONS);
        removeEachField(RESPONSE, RESPONSES);
        removeEachField(ANY_CHAT, ANY_OPENAI);
        removeEachField(ANY_MESSAGES, ANY_ANTHROPIC);
        removeEachField(ANY_RESPONSE, ANY_RESPONSES);
    }

    @Test
    void addingAFieldAnywhere_changesTheScope() {
        addAFieldToEachObject(CHAT, OPENAI);
        addAFieldToEachObject(MESSAGES, ANTHROPIC);
        addAFieldToEachObject(COMPLETION, COMPLETIONS);
        addAFieldToEachObject(RESPONSE, RESPONSES);
        addAFieldToEachObject(ANY_CHAT, ANY_OPENAI);
        addAFieldToEachObject(ANY_MESSAGES, ANY_ANTHROPIC);
        addAFieldToEachObject(ANY_RESPONSE, ANY_RESPONSES);
    }

    @Test
    void reorderingNames_changesNothing() {
        var random = new Random(42);
        for (int i = 0; i < 200; i++) {
            assertEquals(query(parse(CHAT), OPENAI), query(shuffled(parse(CHAT), random), OPENAI));
            assertEquals(query(parse(MESSAGES), ANTHROPIC), query(shuffled(parse(MESSAGES), random), ANTHROPIC));
            assertEquals(query(parse(RESPONSE), RESPONSES), query(shuffled(parse(RESPONSE), random), RESPONSES));
            assertEquals(query(parse(ANY_CHAT), ANY_OPENAI), query(shuffled(parse(ANY_CHAT), random), ANY_OPENAI));
        }
    }

    @Test
    void reorderingElementsOfAnyList_changesTheScope() {
        reverseEachList(CHAT, OPENAI);
        reverseEachList(MESSAGES, ANTHROPIC);
        reverseEachList(COMPLETION, COMPLETIONS);
        reverseEachList(RESPONSE, RESPONSES);
        reverseEachList(ANY_CHAT, ANY_OPENAI);
        reverseEachList(ANY_MESSAGES, ANY_ANTHROPIC);
        reverseEachList(ANY_RESPONSE, ANY_RESPONSES);
    }

    @Test
    void fieldsThatCannotChangeTheAnswer_changeNothing() {
        ObjectNode chat = parse(CHAT);
        chat.put("user", "u")
                .put("safety_identifier", "s")
                .put("prompt_cache_key", "k")
                .put("prompt_cache_retention", "24h")
                .put("stream", true)
                .put("n", 1);
        chat.putObject("metadata").put("a", "b");
        chat.putObject("stream_options").put("include_usage", true);
        chat.path("messages").forEach(message -> ((ObjectNode) message).putObject("cache_control"));
        ((ObjectNode) chat.at("/messages/5/content/0"))
                .putObject("cache_control")
                .put("type", "ephemeral");
        assertEquals(query(parse(CHAT), OPENAI), query(chat, OPENAI));
    }

    /** Clients send an answer back with the fields of its object, some of which were never said. */
    @Test
    void fieldsOfAnAssistantsTurnThatAreNullOrEmptyLists_changeNothing() {
        ObjectNode chat = parse(CHAT);
        chat.path("messages").forEach(message -> {
            if (message.path("role").asText().equals("assistant")) {
                ((ObjectNode) message).putNull("audio").putArray("annotations");
            }
        });
        assertEquals(query(parse(CHAT), OPENAI), query(chat, OPENAI));
    }

    @Test
    void fieldsThatAreNullOrEmptyLists_changeNothing() {
        for (Map.Entry<String, WireFormat> call :
                Map.of(CHAT, OPENAI, MESSAGES, ANTHROPIC, RESPONSE, RESPONSES).entrySet()) {
            ObjectNode body = parse(call.getKey());
            body.putNull("of_no_value").putArray("of_no_elements");
            assertEquals(query(parse(call.getKey()), call.getValue()), query(body, call.getValue()));
        }
    }

    /** Two changes at once must not cancel each other out. */
    @Test
    void bodiesWithTwoRandomChanges_shareAScopeOnlyWhenTheyAreEqual() {
        var random = new Random(7);
        Map<String, ObjectNode> bodies = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            ObjectNode body = parse(CHAT);
            List<Place> places = values(body);
            for (int change = 0; change < 2; change++) {
                Place place = places.get(random.nextInt(places.size()));
                place.set(changed(place.get()));
            }
            if (isReadable(body, OPENAI)) {
                String scope = query(body, OPENAI).scope();
                ObjectNode shape = withoutLastTexts(body);
                ObjectNode before = bodies.putIfAbsent(scope, shape);
                assertEquals(before == null ? shape : before, shape);
            }
        }
        assertTrue(bodies.size() > 1_000, "different bodies: " + bodies.size());
    }

    private static boolean isReadable(ObjectNode body, WireFormat wire) {
        try {
            wire.read(body);
            return true;
        } catch (MalformedRequestException e) {
            return false;
        }
    }

    private static ObjectNode withoutLastTexts(ObjectNode body) {
        body.at("/messages/5/content").forEach(part -> ((ObjectNode) part).remove("text"));
        return body;
    }

    private static void changeEachValue(String json, WireFormat wire, List<String> lastTexts) {
        CacheQuery original = query(parse(json), wire);
        for (int i = 0; i < values(parse(json)).size(); i++) {
            ObjectNode body = parse(json);
            Place place = values(body).get(i);
            boolean lastText = lastTexts.contains(place.get().asText());
            place.set(changed(place.get()));
            if (!isReadable(body, wire)) {
                continue;
            }
            CacheQuery changed = query(body, wire);
            if (lastText) {
                assertEquals(original.scope(), changed.scope(), place::toString);
                assertNotEquals(original.id(), changed.id(), place::toString);
            } else {
                assertNotEquals(original.scope(), changed.scope(), place::toString);
            }
        }
    }

    private static void removeEachField(String json, WireFormat wire) {
        String original = query(parse(json), wire).scope();
        int fields = fields(parse(json)).size();
        for (int i = 0; i < fields; i++) {
            ObjectNode body = parse(json);
            Field field = fields(body).get(i);
            boolean saysNothing = field.in().get(field.name()).isNull();
            field.in().remove(field.name());
            if (isReadable(body, wire) && !saysNothing) {
                assertNotEquals(original, query(body, wire).scope(), field::name);
            }
        }
    }

    private static void addAFieldToEachObject(String json, WireFormat wire) {
        String original = query(parse(json), wire).scope();
        int objects = objects(parse(json)).size();
        for (int i = 0; i < objects; i++) {
            ObjectNode body = parse(json);
            ObjectNode object = objects(body).get(i);
            object.put("new", false);
            assertNotEquals(original, query(body, wire).scope(), object::toString);
        }
    }

    private static void reverseEachList(String json, WireFormat wire) {
        String original = query(parse(json), wire).scope();
        int lists = lists(parse(json)).size();
        for (int i = 0; i < lists; i++) {
            ObjectNode body = parse(json);
            ArrayNode list = lists(body).get(i);
            List<JsonNode> elements = new ArrayList<>();
            list.forEach(elements::add);
            list.removeAll();
            list.addAll(elements.reversed());
            if (elements.size() > 1) {
                assertNotEquals(original, query(body, wire).scope(), list::toString);
            }
        }
    }

    /** Where a value stands that is no container. */
    private record Place(JsonNode in, String name, int at) {
        JsonNode get() {
            return in instanceof ArrayNode list ? list.get(at) : in.get(name);
        }

        void set(JsonNode value) {
            if (in instanceof ArrayNode list) {
                list.set(at, value);
            } else {
                ((ObjectNode) in).set(name, value);
            }
        }
    }

    private record Field(ObjectNode in, String name) {}

    private static List<Place> values(JsonNode tree) {
        List<Place> values = new ArrayList<>();
        if (tree instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (field.getValue().isValueNode()) {
                    values.add(new Place(object, field.getKey(), 0));
                } else {
                    values.addAll(values(field.getValue()));
                }
            }
        } else {
            for (int i = 0; i < tree.size(); i++) {
                if (tree.get(i).isValueNode()) {
                    values.add(new Place(tree, "", i));
                } else {
                    values.addAll(values(tree.get(i)));
                }
            }
        }
        return values;
    }

    private static List<Field> fields(JsonNode tree) {
        List<Field> fields = new ArrayList<>();
        objects(tree)
                .forEach(object -> object.fieldNames().forEachRemaining(name -> fields.add(new Field(object, name))));
        return fields;
    }

    private static List<ObjectNode> objects(JsonNode tree) {
        List<ObjectNode> objects = new ArrayList<>();
        if (tree instanceof ObjectNode object) {
            objects.add(object);
        }
        tree.forEach(child -> objects.addAll(objects(child)));
        return objects;
    }

    private static List<ArrayNode> lists(JsonNode tree) {
        List<ArrayNode> lists = new ArrayList<>();
        if (tree instanceof ArrayNode list) {
            lists.add(list);
        }
        tree.forEach(child -> lists.addAll(lists(child)));
        return lists;
    }

    private static JsonNode changed(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.textValue().isEmpty() ? text("x") : text(value.textValue() + "x");
            case NUMBER -> StrictJson.parse((value.asText() + "1").getBytes(StandardCharsets.UTF_8));
            case BOOLEAN -> BooleanNode.valueOf(!value.booleanValue());
            case NULL -> BooleanNode.TRUE;
            case ARRAY, OBJECT, BINARY, MISSING, POJO -> throw new IllegalArgumentException(value.toString());
        };
    }

    private static JsonNode text(String text) {
        return TextNode.valueOf(text);
    }

    private static JsonNode shuffledNode(JsonNode node, Random random) {
        if (node instanceof ObjectNode object) {
            return shuffled(object, random);
        }
        if (node instanceof ArrayNode list) {
            ArrayNode copy = list.arrayNode();
            list.forEach(element -> copy.add(shuffledNode(element, random)));
            return copy;
        }
        return node;
    }

    private static ObjectNode shuffled(ObjectNode object, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        Collections.shuffle(names, random);
        ObjectNode copy = object.objectNode();
        names.forEach(name -> copy.set(name, shuffledNode(object.get(name), random)));
        return copy;
    }

    private static CacheQuery query(ObjectNode body, WireFormat wire) {
        return Prompts.query(wire.read(body), ANN);
    }

    private static ObjectNode parse(String json) {
        return StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8));
    }
}
