package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the official SDK made of an answer, as JSON that can be compared: the same answer received whole or as a stream, through
 * a cache or not, gives equal trees.
 *
 * <p>Left out is what differs between two answers that are the same to a caller: {@code id}, {@code created}, {@code object}, and
 * fields that are null or empty, which are not told apart from absent ones. Fields that the SDK does not know are kept.
 */
public final class CompletionTree {

    private static final Set<String> PARTICULAR = Set.of("id", "created", "object");
    private static final Set<String> GROWING =
            Set.of("content", "refusal", "reasoning_content", "reasoning", "arguments");

    private CompletionTree() {}

    public static JsonNode of(ChatCompletion completion) {
        ObjectNode tree = ObjectMappers.jsonMapper().valueToTree(completion);
        tree.remove(PARTICULAR);
        return pruned(tree);
    }

    /** The events of a stream put together. Each text grows in the order of the events; of all other fields the last value stays. */
    public static JsonNode ofChunks(List<ChatCompletionChunk> chunks) {
        ObjectNode whole = Json.object();
        ArrayNode choices = Json.array();
        for (ChatCompletionChunk chunk : chunks) {
            ObjectNode tree = ObjectMappers.jsonMapper().valueToTree(chunk);
            tree.remove(PARTICULAR);
            tree.remove("choices").forEach(choice -> mergeChoice(choices, (ObjectNode) choice));
            setPresent(whole, tree);
        }
        whole.set("choices", choices);
        return pruned(whole);
    }

    /** What a caller can tell of a failure: the SDK's exception, and status and body where the server answered. */
    public static JsonNode ofFailure(OpenAIException failure) {
        ObjectNode tree = Json.object().put("exception", failure.getClass().getSimpleName());
        if (failure instanceof OpenAIServiceException answered) {
            tree.put("status", answered.statusCode());
            tree.set("body", ObjectMappers.jsonMapper().valueToTree(answered.body()));
        }
        return pruned(tree);
    }

    private static void mergeChoice(ArrayNode choices, ObjectNode part) {
        ObjectNode choice = elementOf(choices, part.path("index").asInt());
        if (part.remove("delta") instanceof ObjectNode delta) {
            mergeDelta(choice.withObjectProperty("message"), delta);
        }
        if (part.remove("logprobs") instanceof ObjectNode logprobs) {
            mergeLogprobs(choice, logprobs);
        }
        setPresent(choice, part);
    }

    private static void mergeDelta(ObjectNode message, ObjectNode delta) {
        if (delta.remove("tool_calls") instanceof ArrayNode calls) {
            for (JsonNode call : calls) {
                mergeCall(message.withArrayProperty("tool_calls"), (ObjectNode) call);
            }
        }
        mergeFields(message, delta);
    }

    private static void mergeCall(ArrayNode calls, ObjectNode part) {
        ObjectNode call = elementOf(calls, part.path("index").asInt());
        if (part.remove("function") instanceof ObjectNode function) {
            mergeFields(call.withObjectProperty("function"), function);
        }
        part.remove("index");
        mergeFields(call, part);
    }

    private static void mergeLogprobs(ObjectNode choice, ObjectNode part) {
        ObjectNode logprobs = choice.withObjectProperty("logprobs");
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            field.getValue().forEach(logprobs.withArrayProperty(field.getKey())::add);
        }
    }

    private static void mergeFields(ObjectNode whole, ObjectNode part) {
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            JsonNode value = field.getValue();
            if (GROWING.contains(field.getKey()) && value.isTextual()) {
                whole.put(field.getKey(), whole.path(field.getKey()).asText("") + value.asText());
            } else if (!value.isNull()) {
                whole.set(field.getKey(), value);
            }
        }
    }

    private static void setPresent(ObjectNode whole, ObjectNode part) {
        part.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> whole.set(field.getKey(), field.getValue()));
    }

    private static ObjectNode elementOf(ArrayNode array, int index) {
        while (array.size() <= index) {
            array.addObject();
        }
        return (ObjectNode) array.get(index);
    }

    private static JsonNode pruned(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> isNothing(pruned(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            array.forEach(CompletionTree::pruned);
        }
        return node;
    }

    private static boolean isNothing(JsonNode node) {
        return node.isNull() || (node.isContainerNode() && node.isEmpty());
    }
}
