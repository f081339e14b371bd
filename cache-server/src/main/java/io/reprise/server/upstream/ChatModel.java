package io.reprise.server.upstream;

import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Wire;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chat model that the server asks for itself, with the operator's credential or none; no client's header is ever sent along. Temperature
 * 0, and a few tokens for an answer. Thread-safe.
 */
public final class ChatModel {
    private static final Logger log = LoggerFactory.getLogger(ChatModel.class);

    private static final int MAX_ANSWER_TOKENS = 16;
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    private final UpstreamClient client;
    private final Provider provider;
    private final String model;
    private final Duration timeout;
    private final int answerTokens;
    /** An outage is told of once. */
    private final AtomicBoolean silent = new AtomicBoolean();

    /**
     * @param provider of OpenAI's API
     * @param timeout how long an answer may take, retries included
     */
    public ChatModel(UpstreamClient client, Provider provider, String model, Duration timeout) {
        this(client, provider, model, timeout, MAX_ANSWER_TOKENS);
    }

    /** @param answerTokens the most that an answer may have, at least 1 */
    public ChatModel(UpstreamClient client, Provider provider, String model, Duration timeout, int answerTokens) {
        this.client = client;
        this.provider = provider;
        this.model = model;
        this.timeout = timeout;
        this.answerTokens = answerTokens;
    }

    /**
     * Asks it, and waits for the answer on a thread that may block.
     *
     * @param instruction what it is to do
     * @param text what with
     * @return what it answered, or null when no answer came, in time and with status 200
     */
    public Answers.@Nullable Reading ask(String instruction, String text) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("content-type", "application/json");
        var outgoing =
                new Outgoing(HttpMethod.POST, Wire.OPENAI_CHAT.path(), headers, question(instruction, text), true);
        Sending sending = client.send(provider, outgoing);
        try {
            Answers.Reading reading =
                    sending.answer().compose(ChatModel::reading).await(timeout.toMillis(), TimeUnit.MILLISECONDS);
            silent.set(false);
            return reading;
        } catch (Exception e) {
            // Checked exceptions too, which a future's await throws undeclared.
            sending.cancel();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            if (!silent.getAndSet(true)) {
                log.warn("{} of upstream {} gives no answer: {}", model, provider.name(), e.toString());
            }
            return null;
        }
    }

    private Buffer question(String instruction, String text) {
        var body = StrictJson.object().put("model", model).put("temperature", 0).put("max_tokens", answerTokens);
        var messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", instruction);
        messages.addObject().put("role", "user").put("content", text);
        return Buffer.buffer(StrictJson.bytes(body));
    }

    private static Future<Answers.Reading> reading(HttpClientResponse answer) {
        if (answer.statusCode() != 200) {
            return Future.failedFuture(new UpstreamException(502, "it answered " + answer.statusCode(), null));
        }
        return whole(answer).map(bytes -> {
            byte[] json = bytes.getBytes();
            try {
                return Answers.openAiChat(json, StrictJson.parse(json));
            } catch (MalformedRequestException e) {
                throw new UpstreamException(502, "its answer is no JSON", e);
            }
        });
    }

    private static Future<Buffer> whole(HttpClientResponse answer) {
        Promise<Buffer> whole = Promise.promise();
        Buffer bytes = Buffer.buffer();
        answer.end().onComplete(end -> whole.tryComplete(bytes), whole::tryFail);
        answer.handler(part -> {
            if (bytes.length() + part.length() > MAX_ANSWER_BYTES) {
                whole.tryFail(new UpstreamException(502, "its answer is over " + MAX_ANSWER_BYTES + " bytes", null));
            } else {
                bytes.appendBuffer(part);
            }
        });
        answer.resume();
        return whole.future();
    }
}
