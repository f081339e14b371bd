package io.reprise.server.prompt;

import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Fingerprint;
import io.reprise.server.protocol.ScopeMask;
import io.reprise.server.protocol.Turn;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks of the cache.
 *
 * <p>A conversation is a chain of keys: the history before a turn and the turn's shape make the scope, the scope and the turn's texts
 * make the key, and that key is the history of the turn after it. So whoever knows an entry's key knows the history of a call that
 * goes on from its answer.
 *
 * @param history hash of everything before the last turn, the caller and the parameters among it
 * @param turn hash of the last turn without its texts, and of the payload of a long one ({@link PromptParts})
 * @param texts the texts of the last turn after Unicode NFC and outer trim
 * @param scope hash of all that must be equal, not similar, for another call's answer to serve. 64 hexadecimal digits
 * @param id the exact key: equal for calls of the same scope and the same texts. 32 hexadecimal digits
 * @param principal who may share the answer
 * @param namespace the principal's own division
 * @param model the model asked for, or null
 * @param exactOnly why the call is never compared by meaning, or null when it is
 * @param masking what was masked of it, or null when nothing was
 */
public record CacheQuery(
        String history,
        String turn,
        List<String> texts,
        String scope,
        String id,
        String principal,
        String namespace,
        @Nullable String model,
        @Nullable String exactOnly,
        @Nullable Masking masking) {
    private static final int ID_DIGITS = 32;

    public CacheQuery {
        texts = List.copyOf(texts);
    }

    /**
     * @param exactOnly why the call is never compared by meaning, or null when its texts decide
     */
    static CacheQuery of(
            String history,
            Turn last,
            List<String> texts,
            CallerScope caller,
            @Nullable String model,
            @Nullable String exactOnly) {
        String turn = turnHash(last, texts);
        String scope = scope(history, turn);
        String why = exactOnly != null ? exactOnly : texts.isEmpty() ? "last-turn" : isBlank(texts) ? "empty" : null;
        return new CacheQuery(
                history,
                turn,
                texts,
                scope,
                key(scope, texts),
                caller.principal(),
                caller.namespace(),
                model,
                why,
                null);
    }

    /** The same with another text, as typed. */
    CacheQuery withText(String text) {
        List<String> other = List.of(text);
        return new CacheQuery(
                history, turn, other, scope, key(scope, other), principal, namespace, model, exactOnly, null);
    }

    /** The texts of the last user turn; empty when the call has none. */
    public String text() {
        return String.join("\n", texts);
    }

    /** What of the text is compared by meaning: all of it, or of a long one with a payload the instruction. */
    public String meaning() {
        return PromptParts.meaning(text());
    }

    /** The same with what was masked of it. */
    CacheQuery masking(Masking by) {
        return new CacheQuery(history, turn, texts, scope, id, principal, namespace, model, exactOnly, by);
    }

    /** The exact keys it may be answered by, the one that nothing is masked in first. */
    public List<String> ids() {
        return masking == null ? List.of(id) : List.of(masking.asItIs().id(), id);
    }

    /** The exact key in which nothing is masked: equal for calls that are equal to the letter. */
    public String unmaskedId() {
        return ids().getFirst();
    }

    /** What an answer to it is stored as: where it has to do with what was masked, as the call that was really made, and only that. */
    public CacheQuery storedFor(Completion answer) {
        return masking == null || masking.mask().serves(answer, masking.values()) ? this : masking.asItIs();
    }

    /**
     * What was masked of a call.
     *
     * @param asItIs the call with nothing masked
     * @param values what was masked
     */
    public record Masking(CacheQuery asItIs, Set<String> values, ScopeMask mask) {
        public Masking {
            values = Set.copyOf(values);
        }
    }

    /** The same question after another history. */
    public CacheQuery under(String otherHistory) {
        String otherScope = scope(otherHistory, turn);
        return new CacheQuery(
                otherHistory,
                turn,
                texts,
                otherScope,
                key(otherScope, texts),
                principal,
                namespace,
                model,
                exactOnly,
                null);
    }

    /** The history after a turn, which is the key of a call that ends with it. */
    static String after(String history, Turn turn, List<String> texts) {
        return key(scope(history, turnHash(turn, texts)), texts);
    }

    private static String turnHash(Turn turn, List<String> texts) {
        var print = new Fingerprint().json(turn.shape());
        String payload = PromptParts.of(String.join("\n", texts)).payload();
        return (payload.isEmpty() ? print : print.text(payload)).hex();
    }

    private static String scope(String history, String turn) {
        return new Fingerprint().text(history).text(turn).hex();
    }

    private static String key(String scope, List<String> texts) {
        var key = new Fingerprint().text(scope);
        texts.forEach(key::text);
        return key.hex().substring(0, ID_DIGITS);
    }

    private static boolean isBlank(List<String> texts) {
        return texts.stream().allMatch(String::isBlank);
    }
}
