package io.reprise.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.VirtualKey.Hash;
import io.reprise.server.access.VirtualKey.Share;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.StrictJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Virtual keys, limits and budgets in JSON, as requests give them and as they are kept and told. */
final class KeyForm {
    static final Set<String> OF_LIMITS =
            Set.of("rpm", "tpm", "max_parallel", "max_output_tokens", "default_output_tokens", "max_input_tokens");
    static final Set<String> OF_A_KEY = Set.of(
            "name",
            "team",
            "user",
            "tags",
            "models",
            "routes",
            "share",
            "expires_at",
            "disabled",
            "budgets",
            "rpm",
            "tpm",
            "max_parallel",
            "max_output_tokens",
            "default_output_tokens",
            "max_input_tokens",
            "cost_threshold_usd",
            "on_threshold");

    private static final long MAX_COUNT = 1_000_000_000;
    private static final String HASHES = "hashes";

    private KeyForm() {}

    /**
     * The key that an object describes; what is wrong is told to the fields.
     *
     * @return null when something is wrong
     */
    static @Nullable VirtualKey read(Fields fields, String id, Instant createdAt, List<Hash> hashes) {
        String name = fields.name("name");
        if (name == null && !fields.has("name")) {
            fields.wrong("name", "is required");
        }
        Share share = fields.oneOf("share", Share.values());
        String team = fields.name("team");
        if (share == Share.TEAM && team == null) {
            fields.wrong("share", "must not be team for a key without a team");
            share = Share.KEY;
        }
        VirtualKey key = new VirtualKey(
                id,
                name == null ? "-" : name,
                team,
                fields.name("user"),
                fields.names("tags"),
                fields.patterns("models"),
                fields.patterns("routes"),
                share == null ? Share.KEY : share,
                fields.time("expires_at"),
                fields.flag("disabled"),
                limits(fields),
                fields.usd("cost_threshold_usd"),
                fields.instead("on_threshold"),
                createdAt,
                hashes,
                false);
        return name == null ? null : key;
    }

    /** The limits that an object names. */
    static Limits limits(Fields fields) {
        Long most = fields.whole("max_output_tokens", 1, MAX_COUNT);
        Long usual = fields.whole("default_output_tokens", 1, MAX_COUNT);
        if (most != null && usual != null && usual > most) {
            fields.wrong("default_output_tokens", "must be at most max_output_tokens");
            usual = null;
        }
        return new Limits(
                fields.whole("rpm", 1, MAX_COUNT),
                fields.whole("tpm", 1, MAX_COUNT),
                fields.whole("max_parallel", 1, MAX_COUNT),
                most,
                usual,
                fields.whole("max_input_tokens", 1, MAX_COUNT));
    }

    /** A key as it is told: without what stands for the key itself, and without its budgets. */
    static ObjectNode told(VirtualKey key) {
        ObjectNode told = StrictJson.object().put("id", key.id()).put("name", key.name());
        told.put("team", key.team()).put("user", key.user());
        list(told, "tags", key.tags());
        list(told, "models", key.models());
        list(told, "routes", key.routes());
        told.put("share", key.share().word());
        told.put("expires_at", key.expiresAt() == null ? null : key.expiresAt().toString());
        told.put("disabled", key.disabled());
        limits(told, key.limits());
        Long threshold = key.costThreshold();
        told.put("cost_threshold_usd", threshold == null ? null : PicoDollars.toUsd(threshold));
        told.put("on_threshold", key.onThreshold().text());
        return told.put("created_at", key.createdAt().toString())
                .put("source", key.configured() ? "configuration" : "api");
    }

    static void limits(ObjectNode into, Limits limits) {
        into.put("rpm", limits.rpm())
                .put("tpm", limits.tpm())
                .put("max_parallel", limits.maxParallel())
                .put("max_output_tokens", limits.maxOutputTokens())
                .put("default_output_tokens", limits.defaultOutputTokens())
                .put("max_input_tokens", limits.maxInputTokens());
    }

    /** A key as it is kept. */
    static ObjectNode kept(VirtualKey key) {
        ObjectNode kept = told(key);
        ArrayNode hashes = kept.putArray(HASHES);
        for (Hash hash : key.hashes()) {
            Instant until = hash.until();
            hashes.addObject().put("sha256", hash.sha256()).put("until", until == null ? null : until.toString());
        }
        return kept;
    }

    /**
     * Reads what {@link #kept} wrote.
     *
     * @throws IllegalArgumentException when it is damaged
     */
    static VirtualKey fromKept(ObjectNode kept) {
        Fields fields = new Fields(kept);
        List<Hash> hashes = new ArrayList<>();
        for (JsonNode hash : kept.path(HASHES)) {
            String until = hash.path("until").textValue();
            hashes.add(new Hash(hash.path("sha256").asText(), until == null ? null : Instant.parse(until)));
        }
        Instant createdAt = fields.time("created_at");
        VirtualKey key = read(fields, kept.path("id").asText(), createdAt == null ? Instant.EPOCH : createdAt, hashes);
        try {
            fields.check();
        } catch (InvalidFieldsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (key == null) {
            throw new IllegalArgumentException("a key has no name");
        }
        return key;
    }

    /** A budget as it is kept and told. */
    static ObjectNode budget(Budget budget) {
        ObjectNode told = StrictJson.object()
                .put("usd", PicoDollars.toUsd(budget.picoDollars()))
                .put("window", budget.window().word())
                .put("zone", budget.zone().getId());
        ArrayNode marks = told.putArray("soft_percent");
        budget.softPercent().forEach(marks::add);
        return told.put("on_exceed", budget.onExceed().text());
    }

    private static void list(ObjectNode into, String name, List<String> texts) {
        ArrayNode list = into.putArray(name);
        texts.forEach(list::add);
    }
}
