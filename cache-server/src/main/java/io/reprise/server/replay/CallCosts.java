package io.reprise.server.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Turn;
import io.reprise.server.protocol.Usage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What the calls of a log cost upstream, at today's prices: a log's lines have no time that could be relied on. */
final class CallCosts {
    /**
     * What one call cost.
     *
     * @param picoDollars empty when the model has no known price
     * @param answerCounted whether the tokens of the answer are in it; false where the log has neither usage nor answer
     */
    record Cost(Usage usage, OptionalLong picoDollars, boolean answerCounted) {}

    private final PriceBook prices;
    private final TokenCounter tokens;
    private final Clock clock;

    CallCosts(PriceBook prices, TokenCounter tokens, Clock clock) {
        this.prices = prices;
        this.tokens = tokens;
        this.clock = clock;
    }

    Cost of(LogLine.Asked asked) {
        Usage said = asked.usage();
        String model = asked.call().model();
        String answer = asked.answer() == null ? "" : asked.answer().text();
        Usage usage = said != null ? said : tokens.estimate(model, texts(asked.call()), answer);
        return new Cost(usage, prices.cost(model, usage, clock.instant()), said != null || asked.answer() != null);
    }

    /** The texts of a call, each turn's as one; the system prompt is a turn or in the shape, by the wire. */
    private static List<String> texts(Call call) {
        List<String> texts = new ArrayList<>();
        JsonNode system = call.shape().path("system");
        if (!system.isMissingNode()) {
            texts.add(system.isTextual() ? system.textValue() : String.join("\n", system.findValuesAsText("text")));
        }
        for (Turn turn : call.turns()) {
            List<String> parts = turn.texts().isEmpty() ? turn.shape().findValuesAsText("text") : turn.texts();
            texts.add(String.join("\n", parts));
        }
        return texts;
    }
}
