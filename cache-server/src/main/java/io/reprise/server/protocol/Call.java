package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request for an answer, read from a wire.
 *
 * @param wire the format it came in
 * @param model the model asked for, or null when absent, which is a value of its own
 * @param asked what it asks, in its wire's normal form
 * @param shared what other wires' calls may share its answers by, or null when nothing but its wire and model do
 * @param stream whether the answer is asked for as server-sent events
 * @param streamUsage whether a streamed answer is to carry its usage
 * @param exactOnly why another question's answer never serves, however near it is, or null
 * @param uncacheable why the answer must neither come from the cache nor go there, or null
 * @param repeated fields of the request that answers on its wire repeat; empty where they repeat none. Not modified after construction
 * @param mask what of it does not part it from others
 */
public record Call(
        Wire wire,
        @Nullable String model,
        Conversation asked,
        @Nullable Shared shared,
        boolean stream,
        boolean streamUsage,
        @Nullable String exactOnly,
        @Nullable String uncacheable,
        ObjectNode repeated,
        ScopeMask mask) {

    /**
     * What calls for models of one name share.
     *
     * @param name the name that the operator gave the model
     * @param canonical what is asked in the words of no wire in particular, or null when only the call's own wire can say it
     */
    public record Shared(String name, @Nullable Conversation canonical) {}

    /** Every provider samples so when a call names no temperature. */
    private static final BigDecimal USUAL_TEMPERATURE = BigDecimal.ONE;

    /** A call of which nothing is masked. */
    Call(
            Wire wire,
            @Nullable String model,
            Conversation asked,
            @Nullable Shared shared,
            boolean stream,
            boolean streamUsage,
            @Nullable String exactOnly,
            @Nullable String uncacheable,
            ObjectNode repeated) {
        this(wire, model, asked, shared, stream, streamUsage, exactOnly, uncacheable, repeated, ScopeMask.NONE);
    }

    /** A call whose model has no other name, and whose answers repeat nothing of it. */
    Call(
            Wire wire,
            @Nullable String model,
            Conversation asked,
            boolean stream,
            boolean streamUsage,
            @Nullable String exactOnly,
            @Nullable String uncacheable) {
        this(wire, model, asked, null, stream, streamUsage, exactOnly, uncacheable, StrictJson.object());
    }

    Call sharedAs(Shared other) {
        return new Call(wire, model, asked, other, stream, streamUsage, exactOnly, uncacheable, repeated, mask);
    }

    /** The same without the fields that a mask ignores, to be compared under it. */
    Call masked(ScopeMask by) {
        return new Call(
                wire,
                model,
                by.withoutIgnored(asked),
                shared,
                stream,
                streamUsage,
                exactOnly,
                uncacheable,
                repeated,
                by);
    }

    Call uncacheable(String why) {
        return new Call(wire, model, asked, shared, stream, streamUsage, exactOnly, why, repeated, mask);
    }

    /** The name of its model in scopes: the operator's, or the model's own; null when it names none. */
    public @Nullable String name() {
        return shared == null ? model : shared.name();
    }

    /** What is asked, in the form in which it is looked up: that of no wire in particular where there is one. */
    public Conversation question() {
        return shared == null || shared.canonical() == null ? asked : shared.canonical();
    }

    /** Whether {@link #question} is in the form of no wire in particular. */
    public boolean isCanonical() {
        return shared != null && shared.canonical() != null;
    }

    /** What must be equal in every turn, in the form of its wire. */
    public ObjectNode shape() {
        return asked.shape();
    }

    /** The conversation in the form of its wire. */
    public List<Turn> turns() {
        return asked.turns();
    }

    /** The text parts of the last turn, in order, as typed; empty when it is not a user's or has none. */
    public List<String> texts() {
        return turns().getLast().texts();
    }

    /** The temperature that the answer is sampled with. */
    public BigDecimal temperature() {
        JsonNode temperature = shape().path("temperature");
        return temperature.isNumber() ? temperature.decimalValue() : USUAL_TEMPERATURE;
    }

    /** The names of the tools that the model may call; a tool without a name goes by its type. */
    public Set<String> tools() {
        Set<String> names = new LinkedHashSet<>();
        for (String list : List.of("tools", "functions")) {
            for (JsonNode tool : shape().path(list)) {
                JsonNode inner = tool.path(tool.path("type").asText());
                JsonNode name = tool.has("name") ? tool.path("name") : inner.path("name");
                names.add(name.asText(tool.path("type").asText()));
            }
        }
        return names;
    }

    /** What its wire needs to render a stored answer for it. */
    public Replay replay(String entryId, Instant storedAt) {
        return new Replay(
                entryId, model == null ? "unknown" : model, storedAt, streamUsage, isCanonical(), repeated, false);
    }
}
