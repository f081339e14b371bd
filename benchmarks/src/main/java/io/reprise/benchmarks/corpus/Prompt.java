package io.reprise.benchmarks.corpus;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.StrictJson;
import java.util.List;

/** The one scope that benchmarks ask and store in: a caller without a credential, the default namespace, one model. */
public final class Prompt {
    /** The model that is asked for. */
    public static final String MODEL = "gpt-4o-mini";

    private static final OpenAiChat CHAT = new OpenAiChat();
    private static final CallerScope CALLER = CallerScope.of("anonymous", "default", null);

    private Prompt() {}

    /** What the server makes of a chat of this one message. */
    public static CacheQuery query(String text) {
        return Prompts.query(CHAT.ofPrompt(text, MODEL), CALLER);
    }

    /** What the server makes of a chat of these messages. */
    public static CacheQuery query(List<EvaluationData.Message> messages) {
        ObjectNode body = StrictJson.object().put("model", MODEL);
        ArrayNode list = body.putArray("messages");
        messages.forEach(message -> list.addObject().put("role", message.role()).put("content", message.content()));
        return Prompts.query(CHAT.read(body), CALLER);
    }
}
