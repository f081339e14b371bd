package io.reprise.server.ledger;

import io.reprise.server.protocol.Glob;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an operator pays of a provider's list prices, by upstream.
 *
 * @param multipliers by the upstream's name
 * @param modelsByUpstream the upstreams that are chosen by model, in the order in which they are asked, with their models
 */
public record Negotiated(Map<String, BigDecimal> multipliers, Map<String, List<Glob>> modelsByUpstream) {
    /** List prices as they are. */
    public static final Negotiated NOTHING = new Negotiated(Map.of(), Map.of());

    private static final String OPENAI = "openai";
    private static final String ANTHROPIC = "anthropic";

    public Negotiated {
        Map<String, BigDecimal> checked = new TreeMap<>();
        multipliers.forEach((upstream, times) -> checked.put(upstream, Rating.multiplier(times)));
        multipliers = checked;
        modelsByUpstream = new LinkedHashMap<>(modelsByUpstream);
        for (String upstream : multipliers.keySet()) {
            if (!upstream.equals(OPENAI) && !upstream.equals(ANTHROPIC) && !modelsByUpstream.containsKey(upstream)) {
                TreeSet<String> known = new TreeSet<>(modelsByUpstream.keySet());
                known.add(OPENAI);
                known.add(ANTHROPIC);
                throw new IllegalArgumentException(
                        "multipliers." + upstream + ": no upstream is called that; allowed: " + known);
            }
        }
    }

    BigDecimal multiplier(String model, Price price) {
        if (multipliers.isEmpty()) {
            return BigDecimal.ONE;
        }
        return multipliers.getOrDefault(upstream(model, price), BigDecimal.ONE);
    }

    private String upstream(String model, Price price) {
        for (Map.Entry<String, List<Glob>> upstream : modelsByUpstream.entrySet()) {
            if (upstream.getValue().stream().anyMatch(glob -> glob.matches(model))) {
                return upstream.getKey();
            }
        }
        return ANTHROPIC.equals(price.provider()) ? ANTHROPIC : OPENAI;
    }
}
