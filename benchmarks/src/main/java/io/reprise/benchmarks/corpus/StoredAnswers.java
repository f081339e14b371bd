package io.reprise.benchmarks.corpus;

import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import java.util.Random;

/** Answers of a usual length, as an OpenAI-compatible upstream sends them. */
public final class StoredAnswers {
    private static final String[] WORDS = {
        "the", "answer", "depends", "on", "several", "things", "first", "check", "whether", "your", "account", "has",
                "been",
        "open", "settings", "and", "choose", "security", "then", "follow", "each", "step", "it", "usually", "takes",
                "a",
        "few", "minutes", "if", "that", "does", "not", "help", "ask", "someone", "who", "knows", "device", "well"
    };
    private static final int TOKENS = 85;

    private StoredAnswers() {}

    /** The encoded completion of an entry. */
    public static byte[] payload(int number) {
        var random = new Random(number);
        var text = new StringBuilder("Well:");
        for (int i = 0; i < TOKENS; i++) {
            text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
        }
        var json = StrictJson.object()
                .put("id", "chatcmpl-" + number)
                .put("object", "chat.completion")
                .put("created", 1_760_000_000L)
                .put("model", Prompt.MODEL);
        var choice = json.putArray("choices").addObject().put("index", 0);
        choice.putObject("message")
                .put("role", "assistant")
                .put("content", text.append('.').toString());
        choice.putNull("logprobs").put("finish_reason", "stop");
        json.putObject("usage")
                .put("prompt_tokens", 14)
                .put("completion_tokens", TOKENS)
                .put("total_tokens", 14 + TOKENS);
        return new Completion(
                        Completion.Form.OPENAI_CHAT,
                        StrictJson.bytes(json),
                        Prompt.MODEL,
                        Usage.of(14, TOKENS, false),
                        false)
                .encode();
    }
}
