package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the events of a streamed Anthropic message together: {@code message_start}, then each content block from its start, its deltas
 * and its stop, then {@code message_delta} and {@code message_stop}. A delta of an unknown type makes the answer one that is not
 * kept, since its parts could not be put together rightly.
 */
final class AnthropicCollector implements StreamCollector {
    /** A block as far as it has come; what grows by pieces is kept apart. */
    private record Block(ObjectNode node, StringBuilder text, StringBuilder thinking, StringBuilder inputJson) {}

    private final Map<Integer, Block> blocks = new TreeMap<>();
    private ObjectNode message = StrictJson.object();
    private boolean done;
    private boolean broken;

    @Override
    public void add(String data) {
        if (done || broken || data.isEmpty()) {
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
        Answers.Reading reading = Answers.anthropicMessage(StrictJson.bytes(whole), whole);
        if (done && readable) {
            return reading;
        }
        return switch (reading) {
            case Answers.Reading.Whole(Completion c) -> new Answers.Reading.NotKept("incomplete", c.model(), c.usage());
            case Answers.Reading.NotKept notKept -> notKept;
        };
    }

    @Override
    public String text() {
        var text = new StringBuilder();
        blocks.values().forEach(block -> text.append(block.text()));
        return text.toString();
    }

    private void take(ObjectNode event) {
        switch (event.path("type").asText()) {
            case "message_start" -> {
                if (event.get("message") instanceof ObjectNode start) {
                    message = start;
                } else {
                    broken = true;
                }
            }
            case "content_block_start" -> {
                if (event.get("content_block") instanceof ObjectNode block) {
                    blocks.put(event.path("index").asInt(), newBlock(block));
                } else {
                    broken = true;
                }
            }
            case "content_block_delta" -> {
                Block block = blocks.get(event.path("index").asInt());
                if (block == null) {
                    broken = true;
                } else {
                    grow(block, event.path("delta"));
                }
            }
            case "message_delta" -> messageDelta(event);
            case "message_stop" -> done = true;
            case "content_block_stop", "ping" -> {}
            default -> broken = true;
        }
    }

    private static Block newBlock(ObjectNode node) {
        return new Block(
                node,
                new StringBuilder(node.path("text").asText("")),
                new StringBuilder(node.path("thinking").asText("")),
                new StringBuilder());
    }

    private void grow(Block block, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> block.text().append(delta.path("text").asText());
            case "thinking_delta" ->
                block.thinking().append(delta.path("thinking").asText());
            case "input_json_delta" ->
                block.inputJson().append(delta.path("partial_json").asText());
            case "signature_delta" -> block.node().set("signature", delta.path("signature"));
            case "citations_delta" -> {
                if (!(block.node().get("citations") instanceof ArrayNode)) {
                    block.node().putArray("citations");
                }
                ((ArrayNode) block.node().path("citations")).add(delta.path("citation"));
            }
            default -> broken = true;
        }
    }

    private void messageDelta(ObjectNode event) {
        if (!event.path("delta").isObject() || !event.path("usage").isObject()) {
            broken = true;
            return;
        }
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            switch (field.getKey()) {
                case "type" -> {}
                case "delta" -> field.getValue().properties().forEach(f -> message.set(f.getKey(), f.getValue()));
                case "usage" -> {
                    ObjectNode usage =
                            message.get("usage") instanceof ObjectNode started ? started : message.putObject("usage");
                    // The counts are those of the whole answer so far, and replace what the start could only guess.
                    field.getValue().properties().forEach(f -> {
                        if (!f.getValue().isNull()) {
                            usage.set(f.getKey(), f.getValue());
                        }
                    });
                }
                default -> message.set(field.getKey(), field.getValue());
            }
        }
    }

    private static ObjectNode wholeBlock(Block block) {
        ObjectNode whole = block.node().deepCopy();
        if (whole.has("text")) {
            whole.put("text", block.text().toString());
        }
        if (whole.has("thinking")) {
            whole.put("thinking", block.thinking().toString());
        }
        if (!block.inputJson().isEmpty()) {
            whole.set("input", StrictJson.parse(block.inputJson().toString().getBytes(StandardCharsets.UTF_8)));
        }
        return whole;
    }
}
