package io.reprise.benchmarks.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.benchmarks.corpus.Prompt;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The calls of a soak, the same each time: which comes at a number is drawn from a seed, and what it asks follows from the number.
 *
 * <p>What is kept stays bounded, so that a leak cannot hide behind a filling cache: hits are of few prompts, and what misses is kept
 * for seconds only. A context of its own makes a call a miss, whatever was asked before.
 */
final class SoakMix {
    private static final long SEED = 20261121;
    private static final int PROMPTS = 500;
    private static final int CALLS_TOGETHER = 8;
    private static final String CHAT = "/v1/chat/completions";
    private static final String BRIEFLY = "x-reprise-ttl: 2";
    private static final String AFRESH = "cache-control: no-cache";

    private SoakMix() {}

    /** A kind of call. */
    enum Kind {
        HIT(36, "exact"),
        STREAMED_HIT(12, "exact"),
        MESSAGES_HIT(6, "exact"),
        MISS(10, "miss"),
        STREAMED_MISS(8, "miss"),
        /** A few callers ask the same at about the same time. */
        TOGETHER(8, "miss|exact|coalesced"),
        /** A fresh answer that replaces a stored one. */
        REFRESHED(4, "bypass"),
        FAILED(6, "429|500|503"),
        /** Two choices, which are not cached. */
        BYPASS(3, "bypass"),
        FORWARDED(3, "ok|bypass"),
        /** The client goes away at the first byte of a stream. */
        LEFT(4, "miss");

        private final int percent;
        private final Pattern outcomes;

        Kind(int percent, String outcomes) {
            this.percent = percent;
            this.outcomes = Pattern.compile(outcomes);
        }

        boolean expects(String outcome) {
            return outcomes.matcher(outcome).matches();
        }

        boolean streams() {
            return switch (this) {
                case STREAMED_HIT, STREAMED_MISS, TOGETHER, MESSAGES_HIT -> true;
                case HIT, MISS, REFRESHED, FAILED, BYPASS, FORWARDED, LEFT -> false;
            };
        }
    }

    /** A call: its kind, and its request. */
    record Call(Kind kind, byte[] request) {}

    /** The calls that store what hits later, each under its own words; each is to be asked once, before all others. */
    static List<byte[]> stored() {
        return IntStream.range(0, PROMPTS)
                .boxed()
                .flatMap(number ->
                        Stream.of(Requests.post(CHAT, asking(number), AFRESH), message(number, false, AFRESH)))
                .toList();
    }

    /** The call of this number, from 0 on. */
    static Call call(long number) {
        var random = new SplittableRandom(SEED + number);
        Kind kind = kind(random.nextInt(100));
        int prompt = random.nextInt(PROMPTS);
        return new Call(kind, request(kind, prompt, number, random));
    }

    private static Kind kind(int drawn) {
        int below = 0;
        for (Kind kind : Kind.values()) {
            below += kind.percent;
            if (drawn < below) {
                return kind;
            }
        }
        throw new IllegalStateException("the shares add up to " + below);
    }

    private static byte[] request(Kind kind, int prompt, long number, SplittableRandom random) {
        String context = "x-reprise-context: " + number;
        String together = "x-reprise-context: together-" + number / (CALLS_TOGETHER * 100L / Kind.TOGETHER.percent);
        return switch (kind) {
            case HIT -> hit(prompt, false);
            case STREAMED_HIT -> hit(prompt, true);
            case MESSAGES_HIT -> message(prompt, true);
            case MISS -> Requests.post(CHAT, asking(prompt), context, BRIEFLY);
            case STREAMED_MISS, LEFT -> Requests.post(CHAT, asking(prompt).put("stream", true), context, BRIEFLY);
            case TOGETHER -> Requests.post(CHAT, asking(0).put("stream", true), together, BRIEFLY);
            case REFRESHED -> Requests.post(CHAT, asking(prompt), AFRESH);
            case FAILED ->
                Requests.post(
                        CHAT,
                        Requests.asking("status-" + List.of(429, 500, 503).get(random.nextInt(3)), question(prompt)));
            case BYPASS -> Requests.post(CHAT, asking(prompt).put("n", 2));
            case FORWARDED -> Requests.get("/v1/models");
        };
    }

    private static byte[] hit(int prompt, boolean stream) {
        return Requests.post(CHAT, stream ? asking(prompt).put("stream", true) : asking(prompt));
    }

    private static byte[] message(int prompt, boolean stream, String... headers) {
        return Requests.post(
                "/v1/messages",
                Requests.asking("claude-sonnet-4-5", question(prompt))
                        .put("max_tokens", 1024)
                        .put("stream", stream),
                headers);
    }

    private static ObjectNode asking(int prompt) {
        return Requests.asking(Prompt.MODEL, question(prompt));
    }

    private static String question(int prompt) {
        return "What does chapter %d of the handbook say about case %d?".formatted(prompt / 20 + 1, prompt % 20 + 1);
    }
}
