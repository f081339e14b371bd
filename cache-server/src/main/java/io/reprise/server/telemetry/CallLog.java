package io.reprise.server.telemetry;

import io.reprise.server.ledger.CallPricer;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes a line of the log for each finished call, at {@code info}: what a call ran up, and never what it or its answer says, nor who
 * made it but by the name of a key. Thread-safe.
 *
 * <p>The line's message is for a reader. The same facts are its key-value pairs, under the names of ECS and of OpenTelemetry's
 * conventions where those have one; the JSON form of the log has them as fields.
 */
public final class CallLog implements FinishedCall.Sink {
    private static final Logger log = LoggerFactory.getLogger(CallLog.class);
    private static final int MAX_NAME = 128;
    private static final int FIRST_FAILURE = 400;

    private final PriceBook prices;
    private final CallPricer pricer;

    public CallLog(PriceBook prices) {
        this.prices = prices;
        this.pricer = new CallPricer(prices);
    }

    @Override
    public void finished(FinishedCall call) {
        if (!log.isInfoEnabled()) {
            return;
        }
        var facts = new Facts(log.atInfo());
        facts.add("http.request.id", "request", name(call.requestId()));
        facts.add("url.path", "endpoint", name(call.endpoint()));
        facts.add("http.response.status_code", "status", call.status());
        facts.add("reprise.outcome", "outcome", call.outcome().name().toLowerCase(Locale.ROOT));
        facts.add("reprise.reason", "reason", name(call.reason()));
        facts.add("event.outcome", null, call.status() < FIRST_FAILURE ? "success" : "failure");
        facts.add("event.duration", null, call.latencyNanos());
        facts.add(null, "ms", millis(call.latencyNanos()));
        Long first = call.firstByteNanos();
        facts.add("reprise.first_byte_ms", "first_byte_ms", first == null ? null : millis(first));
        facts.add("gen_ai.request.model", "model", name(call.model()));
        facts.add("gen_ai.response.model", "served_model", name(call.servedModel()));
        facts.add("reprise.upstream", "upstream", call.upstream());
        facts.add("reprise.key", "key", name(call.payer().key()));
        facts.add("reprise.entry", "entry", call.entry());
        Usage used = call.used();
        facts.add("gen_ai.usage.input_tokens", "input_tokens", used == null ? null : used.inputTokens());
        facts.add("gen_ai.usage.output_tokens", "output_tokens", used == null ? null : used.outputTokens());
        facts.add("reprise.cost_usd", "cost_usd", PicoDollars.toUsd(pricer.spent(call)));
        Usage saved = call.saved();
        facts.add(
                "reprise.saved_usd",
                "saved_usd",
                saved == null ? null : PicoDollars.toUsd(prices.cost(call.model(), saved, call.finishedAt())));
        facts.add("reprise.audit", "audit", call.audit() ? true : null);
        facts.tell();
    }

    private static double millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos) / 1_000.0;
    }

    /** A name that callers choose, so that it cannot be taken for another fact of the line. */
    private static @Nullable String name(@Nullable String given) {
        if (given == null) {
            return null;
        }
        var name = new StringBuilder(Math.min(given.length(), MAX_NAME));
        for (int i = 0; i < given.length() && i < MAX_NAME; i++) {
            char c = given.charAt(i);
            name.append(c > ' ' && c < 0x7f && c != '=' ? c : '?');
        }
        return name.toString();
    }

    /** The facts of one line. */
    private static final class Facts {
        private LoggingEventBuilder line;
        private final Map<String, Object> shown = new LinkedHashMap<>();

        Facts(LoggingEventBuilder line) {
            this.line = line;
        }

        /**
         * @param field its name as a field, or null where it is none
         * @param word its name in the message, or null where it is not in it
         */
        void add(@Nullable String field, @Nullable String word, @Nullable Object value) {
            if (value == null) {
                return;
            }
            if (field != null) {
                line = line.addKeyValue(field, value);
            }
            if (word != null) {
                shown.put(word, value);
            }
        }

        void tell() {
            var words = new StringBuilder("call");
            shown.forEach(
                    (word, value) -> words.append(' ').append(word).append('=').append(value));
            line.log(words.toString());
        }
    }
}
