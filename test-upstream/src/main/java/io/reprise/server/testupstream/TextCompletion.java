package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** The texts of an answer's choices on the wire of OpenAI's older completions, whole and as events. */
final class TextCompletion {

    private static final String OBJECT = "text_completion";

    private final ChatAnswer answer;
    private final Question question;
    private final Envelope envelope;

    TextCompletion(ChatAnswer answer, Question question, Envelope envelope) {
        this.answer = answer;
        this.question = question;
        this.envelope = envelope;
    }

    ObjectNode json() {
        ObjectNode body = envelope.json(OBJECT);
        ArrayNode choices = body.putArray("choices");
        for (int index = 0; index < answer.choices().size(); index++) {
            Choice choice = answer.choices().get(index);
            String text = textOf(choice);
            put(choices.addObject(), index, text, Tokens.split(text), 0).put("finish_reason", choice.finishReason());
        }
        answer.usageFor(question).ifPresent(usage -> body.set("usage", usage.json()));
        body.setAll(answer.extraFields());
        return body;
    }

    /** The tokens of the choices, in turn by choice, and with each choice's last event its reason to end. */
    List<Buffer> events() {
        boolean reportsUsage =
                question.includeUsage() && answer.usageFor(question).isPresent();
        List<List<String>> tokens = answer.choices().stream()
                .map(choice -> Tokens.split(textOf(choice)))
                .toList();
        int longest = tokens.stream().mapToInt(List::size).max().orElse(0);
        List<ObjectNode> chunks = new ArrayList<>();
        for (int turn = 0; turn <= longest; turn++) {
            for (int index = 0; index < tokens.size(); index++) {
                if (turn <= tokens.get(index).size()) {
                    chunks.add(chunk(index, tokens.get(index), turn, reportsUsage));
                }
            }
        }
        if (reportsUsage) {
            ObjectNode chunk = envelope.json(OBJECT);
            chunk.putArray("choices");
            chunk.set("usage", answer.usageFor(question).orElseThrow().json());
            chunk.setAll(answer.extraFields());
            chunks.add(chunk);
        }
        return new EventWriter(answer.streamShape(), Wire.COMPLETIONS).write(chunks);
    }

    private ObjectNode chunk(int index, List<String> tokens, int turn, boolean reportsUsage) {
        ObjectNode chunk = envelope.json(OBJECT);
        ObjectNode choice = chunk.putArray("choices").addObject();
        boolean last = turn == tokens.size();
        List<String> now = last ? List.of() : List.of(tokens.get(turn));
        int offset = tokens.subList(0, turn).stream().mapToInt(String::length).sum();
        put(choice, index, String.join("", now), now, offset)
                .put("finish_reason", last ? answer.choices().get(index).finishReason() : null);
        if (reportsUsage) {
            chunk.putNull("usage");
        }
        chunk.setAll(answer.extraFields());
        return chunk;
    }

    private ObjectNode put(ObjectNode choice, int index, String text, List<String> tokens, int offset) {
        choice.put("text", text).put("index", index);
        if (question.logprobs() && !tokens.isEmpty()) {
            choice.set("logprobs", Logprobs.ofText(tokens, question.topLogprobs(), offset));
        } else {
            choice.putNull("logprobs");
        }
        return choice;
    }

    private static String textOf(Choice choice) {
        return choice.content() == null ? "" : choice.content();
    }
}
