package io.reprise.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.UsageDetails;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a call may cost at most: the dearest of what it may turn out to be, as far as its body tells. Pure and thread-safe.
 *
 * <p>All input may be written to the provider's cache where the body has marks for that; all output may be sound where it asks for sound;
 * each choice may be as long as the answer may be; a tool that searches the web is used as often as it may be.
 */
final class Outlay {
    /** How often a model searches the web that may do so as often as it likes. */
    private static final int SEARCHES = 5;

    private static final long MAX_CHOICES = 128;
    /** No model writes more. */
    private static final long MAX_TOKENS = 1_000_000_000;

    private final PriceBook prices;

    Outlay(PriceBook prices) {
        this.prices = prices;
    }

    /**
     * The cost of a call in pico-dollars, or empty where its price is not known.
     *
     * @param body of the request, or null where it is not read
     * @param output tokens of one answer
     */
    OptionalLong dearest(String model, @Nullable ObjectNode body, long input, long output, Instant at) {
        Traits traits = body == null ? Traits.NONE : Traits.of(body);
        long all = Math.multiplyExact(Math.min(output, MAX_TOKENS), traits.choices());
        OptionalLong dearest = cost(model, input, all, traits, at);
        if (dearest.isEmpty()) {
            // The list may lack what only the dearest case needs.
            dearest = cost(model, input, all, Traits.NONE, at);
        }
        OptionalLong plain = cost(model, input, all, traits.atStandardTier(), at);
        return plain.isPresent() && dearest.isPresent() && plain.getAsLong() > dearest.getAsLong() ? plain : dearest;
    }

    private OptionalLong cost(String model, long input, long output, Traits traits, Instant at) {
        long written = traits.cached() ? input : 0;
        var details = new UsageDetails(
                traits.longCached() ? written : 0,
                0,
                0,
                traits.sound() ? output : 0,
                0,
                traits.searches(),
                traits.tier());
        return prices.cost(model, new Usage(input, 0, written, output, true, details), at);
    }

    /** What a body says of how it may be charged. */
    private record Traits(long choices, boolean cached, boolean longCached, boolean sound, int searches, String tier) {
        static final Traits NONE = new Traits(1, false, false, false, 0, "");

        static Traits of(ObjectNode body) {
            JsonNode mark = body.findValue("cache_control");
            boolean hour = mark != null
                    && body.findValues("cache_control").stream()
                            .anyMatch(each -> each.path("ttl").asText().equals("1h"));
            long choices =
                    Math.max(body.path("n").asLong(1), body.path("best_of").asLong(1));
            String tier = body.path("service_tier").asText("");
            return new Traits(
                    Math.clamp(choices, 1, MAX_CHOICES),
                    mark != null,
                    hour,
                    body.path("modalities").toString().contains("\"audio\""),
                    searches(body.path("tools")),
                    tier.equals("priority") || tier.equals("flex") ? tier : "");
        }

        private static int searches(JsonNode tools) {
            int searches = 0;
            for (JsonNode tool : tools) {
                if (tool.path("type").asText().startsWith("web_search")) {
                    searches += Math.clamp(tool.path("max_uses").asInt(SEARCHES), 1, 100);
                }
            }
            return searches;
        }

        Traits atStandardTier() {
            return new Traits(choices, cached, longCached, sound, searches, "");
        }
    }
}
