package io.reprise.server.prompt;

import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Fingerprint;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/** Turns a call and its caller into what the cache is asked. */
public final class Prompts {
    /** Changes whenever a scope or a key is made otherwise than before, so that old entries are not found by new rules. */
    private static final String RULES = "reprise-scope-1";

    private static final int ID_DIGITS = 32;

    private Prompts() {}

    /**
     * The query of a call.
     *
     * @throws io.reprise.server.protocol.MalformedRequestException when a text of the call is not Unicode text
     */
    public static CacheQuery query(Call call, CallerScope caller) {
        var scopePrint = new Fingerprint()
                .text(RULES)
                .text(caller.principal())
                .text(caller.namespace())
                .text(caller.context())
                .text(call.wire().id())
                .text(call.model());
        caller.features().forEach((name, value) -> scopePrint.text(name).text(value));
        String scope = scopePrint.json(call.shape()).hex();

        List<String> texts = normal(call.texts());
        var key = new Fingerprint().text(RULES).text(scope);
        texts.forEach(key::text);
        String text = String.join("\n", texts);
        return new CacheQuery(
                key.hex().substring(0, ID_DIGITS),
                scope,
                text,
                caller.principal(),
                caller.namespace(),
                call.model(),
                call.texts().isEmpty() ? "last-turn" : text.isBlank() ? "empty" : null);
    }

    /** Unicode NFC, and no white space at the outer ends; what is between parts is as typed. */
    private static List<String> normal(List<String> texts) {
        List<String> normal = new ArrayList<>(texts.size());
        int last = texts.size() - 1;
        for (int i = 0; i <= last; i++) {
            String text = Normalizer.normalize(texts.get(i), Normalizer.Form.NFC);
            text = i == 0 ? text.stripLeading() : text;
            normal.add(i == last ? text.stripTrailing() : text);
        }
        return normal;
    }
}
