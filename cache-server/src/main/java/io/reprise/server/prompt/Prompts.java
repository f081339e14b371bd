package io.reprise.server.prompt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Conversation;
import io.reprise.server.protocol.EmbeddingsCall;
import io.reprise.server.protocol.Fingerprint;
import io.reprise.server.protocol.OpenAiEmbeddings;
import io.reprise.server.protocol.ScopeMask;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Turn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a call and its caller into what the cache is asked. */
public final class Prompts {
    /** Changes whenever a scope or a key is made otherwise than before, so that old entries are not found by new rules. */
    public static final String RULES = "reprise-scope-2";

    /** Stands for the wire in scopes of calls that are in the form of none in particular. */
    private static final String ANY_WIRE = "any";

    private Prompts() {}

    /**
     * The query of a call.
     *
     * @throws io.reprise.server.protocol.MalformedRequestException when a text of the call is not Unicode text
     */
    public static CacheQuery query(Call call, CallerScope caller) {
        CacheQuery asItIs = query(call, call.question(), caller);
        ScopeMask.Masked masked = call.mask().masked(call.question());
        return masked == null
                ? asItIs
                : query(call, masked.conversation(), caller)
                        .masking(new CacheQuery.Masking(asItIs, masked.values(), call.mask()));
    }

    private static CacheQuery query(Call call, Conversation question, CallerScope caller) {
        String history = beginning(call, question, caller);
        List<Turn> turns = question.turns();
        for (Turn turn : turns.subList(0, turns.size() - 1)) {
            history = after(history, turn);
        }
        Turn last = turns.getLast();
        String exactOnly = call.exactOnly() == null && last.texts().stream().anyMatch(MarkRuns::isLong)
                ? "marks"
                : call.exactOnly();
        return CacheQuery.of(history, last, normal(last.texts()), caller, call.model(), exactOnly);
    }

    /**
     * The queries of a call for embeddings, one for each input, in their order. An input counts as typed, to the last space, because
     * a vector depends on all of it; the text of a list of tokens is no text of these characters.
     *
     * @throws io.reprise.server.protocol.MalformedRequestException when an input is not Unicode text
     */
    public static List<CacheQuery> queries(EmbeddingsCall call, CallerScope caller) {
        String history = beginning(caller, caller.upstream(), OpenAiEmbeddings.WIRE, call.model(), call.shape());
        CacheQuery text = input("text", history, caller, call.model());
        CacheQuery tokens = input("tokens", history, caller, call.model());
        return call.inputs().stream()
                .map(input -> (input.isTokens() ? tokens : text).withText(input.text()))
                .toList();
    }

    /** A text as it is stored and compared. */
    public static String normal(String text) {
        return String.join("\n", normal(List.of(text)));
    }

    private static CacheQuery input(String kind, String history, CallerScope caller, @Nullable String model) {
        var turn = new Turn(StrictJson.object().put("input", kind), List.of());
        return CacheQuery.of(history, turn, List.of(), caller, model, "embedding");
    }

    /** The history of a call that goes on with these turns after the answer to the call with this key. */
    public static String continued(String id, List<Turn> answer) {
        String history = id;
        for (Turn turn : answer) {
            history = after(history, turn);
        }
        return history;
    }

    private static String beginning(Call call, Conversation question, CallerScope caller) {
        // Who serves a model tells it from another of its name elsewhere; which models are one is the operator's word.
        String upstream = call.shared() == null ? caller.upstream() : null;
        String wire = call.isCanonical() ? ANY_WIRE : call.wire().id();
        return beginning(caller, upstream, wire, call.name(), question.shape());
    }

    /** What is equal in every turn: who asks, where and how. */
    private static String beginning(
            CallerScope caller, @Nullable String upstream, String wire, @Nullable String model, ObjectNode shape) {
        var print = new Fingerprint()
                .text(RULES)
                .text(caller.principal())
                .text(caller.namespace())
                .text(caller.context())
                .text(upstream)
                .text(wire)
                .text(model);
        caller.features().forEach((name, value) -> print.text(name).text(value));
        return print.json(shape).hex();
    }

    private static String after(String history, Turn turn) {
        return CacheQuery.after(history, turn, normal(turn.texts()));
    }

    /** Unicode NFC, and no white space at the outer ends; what is between parts is as typed. */
    private static List<String> normal(List<String> texts) {
        List<String> normal = new ArrayList<>(texts.size());
        int last = texts.size() - 1;
        for (int i = 0; i <= last; i++) {
            String text = MarkRuns.nfc(texts.get(i));
            text = i == 0 ? text.stripLeading() : text;
            normal.add(i == last ? text.stripTrailing() : text);
        }
        return normal;
    }
}
