package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the events of a streamed Anthropic message together: {@code message_start}, then each content block from its start, its deltas
 * and its stop, then {@code message_delta} and {@code message_stop}. An event or delta of an unknown type, or out of its place, makes
 * the answer one that is not kept, since its parts could not be put together rightly. Not thread-safe.
 */
final class AnthropicCollector implements StreamCollector {
    /**
     * A block as far as it has come.
     *
     * @param node the block as it started
     * @param grown its text, its thinking or the JSON of its input, whichever grows by pieces in a block of its type
     */
    private record Block(ObjectNode node, StringBuilder grown) {
        boolean is(String type) {
            return type.equals(node.path("type").textValue());
        }
    }

    private final boolean keepTruncated;
    private final Map<Integer, Block> blocks = new TreeMap<>();
    private ObjectNode message = StrictJson.object();
    private boolean started;
    private boolean done;
    private boolean ended;
    private boolean broken;

    AnthropicCollector() {
        this(false);
    }

    /**
     * @param keepTruncated whether an answer that ended by its limit of tokens counts as whole
     */
    AnthropicCollector(boolean keepTruncated) {
        this.keepTruncated = keepTruncated;
    }

    @Override
    public void add(String data) {
        if (done || data.isEmpty()) {
            return;
        }
        try {
            take(StrictJson.parseObject(data.getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedRequestException e) {
            broken = true;
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void ended() {
        ended = true;
    }

    @Override
    public Answers.Reading finish() {
        ObjectNode whole = message.deepCopy();
        ArrayNode content = whole.putArray("content");
        boolean readable = !broken;
        for (Block block : blocks.values()) {
            try {
                content.add(wholeBlock(block));
            } catch (MalformedRequestException e) {
                readable = false;
            }
        }
        return Answers.anthropicMessage(StrictJson.bytes(whole), whole, keepTruncated)
                .keptOnlyIf(readable && (done || ended));
    }

    @Override
    public String text() {
        var text = new StringBuilder();
        blocks.values().stream().filter(block -> block.is("text")).forEach(block -> text.append(block.grown()));
        return text.toString();
    }

    /** What a stream has cost, and that it ended, is read even when what it said can no longer be put together. */
    private void take(ObjectNode event) {
        switch (event.path("type").asText()) {
            case "message_start" -> {
                if (started) {
                    throw unexpected();
                }
                message = object(event.path("message"));
                started = true;
            }
            case "content_block_start" -> {
                ObjectNode block = object(event.path("content_block"));
                if (blocks.putIfAbsent(index(event), begun(block)) != null) {
                    throw unexpected();
                }
            }
            case "content_block_delta" -> {
                Block block = blocks.get(index(event));
                if (block == null) {
                    throw unexpected();
                }
                grow(block, event.path("delta"));
            }
            case "message_delta" -> messageDelta(event);
            case "message_stop" -> done = true;
            case "content_block_stop", "ping" -> {}
            default -> throw unexpected();
        }
    }

    private static Block begun(ObjectNode node) {
        var block = new Block(node, new StringBuilder());
        if (block.is("text") || block.is("thinking")) {
            block.grown()
                    .append(node.path(block.is("text") ? "text" : "thinking").asText(""));
        }
        return block;
    }

    private static void grow(Block block, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> append(block, block.is("text"), delta.path("text"));
            case "thinking_delta" -> append(block, block.is("thinking"), delta.path("thinking"));
            case "input_json_delta" -> append(block, block.node().has("input"), delta.path("partial_json"));
            case "signature_delta" -> {
                if (!block.is("thinking") || !delta.path("signature").isTextual()) {
                    throw unexpected();
                }
                block.node().set("signature", delta.path("signature"));
            }
            case "citations_delta" -> {
                if (!block.is("text")) {
                    throw unexpected();
                }
                ArrayNode citations = block.node().get("citations") instanceof ArrayNode list
                        ? list
                        : block.node().putArray("citations");
                citations.add(object(delta.path("citation")));
            }
            default -> throw unexpected();
        }
    }

    private static void append(Block block, boolean growsSo, JsonNode piece) {
        if (!growsSo || !piece.isTextual()) {
            throw unexpected();
        }
        block.grown().append(piece.textValue());
    }

    private void messageDelta(ObjectNode event) {
        if (!event.path("usage").isMissingNode()) {
            ObjectNode usage = message.get("usage") instanceof ObjectNode known ? known : message.putObject("usage");
            // The counts are those of the whole answer so far, and replace what the start could only guess.
            object(event.path("usage")).properties().forEach(count -> {
                if (!count.getValue().isNull()) {
                    usage.set(count.getKey(), count.getValue());
                }
            });
        }
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            switch (field.getKey()) {
                case "type", "usage" -> {}
                case "delta" -> message.setAll(object(field.getValue()));
                default -> message.set(field.getKey(), field.getValue());
            }
        }
    }

    private static ObjectNode wholeBlock(Block block) {
        ObjectNode whole = block.node().deepCopy();
        String grown = block.grown().toString();
        if (block.is("text") || block.is("thinking")) {
            whole.put(block.is("text") ? "text" : "thinking", grown);
        } else if (!grown.isEmpty()) {
            whole.set("input", StrictJson.parse(grown.getBytes(StandardCharsets.UTF_8)));
        }
        return whole;
    }

    private static int index(ObjectNode event) {
        if (!event.path("index").isInt()) {
            throw unexpected();
        }
        return event.path("index").intValue();
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw unexpected();
    }

    private static MalformedRequestException unexpected() {
        return new MalformedRequestException("an event that does not fit those before it");
    }
}
