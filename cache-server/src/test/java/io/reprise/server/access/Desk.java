package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Gate.Ask;
import io.reprise.server.config.AccessConfig;
import io.reprise.server.config.AccessConfig.UnknownPrice;
import io.reprise.server.ledger.Payer;
import io.reprise.server.ledger.Price;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens what a folder keeps, and asks it as a server would. */
final class Desk {
    static final String CHAT = "/v1/chat/completions";
    /** A dollar for a million tokens sent, ten for a million received. */
    static final String MODEL = "gpt-test";

    static final String CHEAP = "gpt-cheap";

    private static final PriceBook PRICES = new PriceBook(
            List.of(
                    Price.ofUsdPerMillionTokens(MODEL, null, "1", null, null, "10"),
                    Price.ofUsdPerMillionTokens(CHEAP, null, "0.01", null, null, "0.1")),
            List.of());
    private static final TokenCounter TOKENS = new TokenCounter();

    private Desk() {}

    static Access open(Path folder, TestTime time) {
        return open(folder, time, new UnknownPrice.Refuse());
    }

    static Access open(Path folder, TestTime time, UnknownPrice onUnknownPrice, AccessConfig.VirtualKey... keys) {
        return open(folder, time, new AccessConfig(false, false, 1000, true, onUnknownPrice, List.of(keys)));
    }

    static Access open(Path folder, TestTime time, AccessConfig config) {
        return Access.open(folder, config, PRICES, TOKENS, time, time::nanos);
    }

    static ObjectNode json(String json) {
        return StrictJson.parseObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static Payer payer(Access access, ObjectNode made) {
        return access.find(made.path("key").asText()).orElseThrow().payer();
    }

    static Ask ask(Payer payer, String model, @Nullable Long maxTokens) {
        ObjectNode body =
                json("{'messages':[{'role':'user','content':'Hello'}]}").put("model", model);
        if (maxTokens != null) {
            body.put("max_tokens", maxTokens);
        }
        return ask(payer, CHAT, model, maxTokens, body);
    }

    static Ask ask(
            Payer payer, String endpoint, @Nullable String model, @Nullable Long maxTokens, @Nullable ObjectNode body) {
        return new Ask(new Caller("p", payer, false, false), endpoint, model, () -> 0, maxTokens, body);
    }
}
