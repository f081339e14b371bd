package io.reprise.server.protocol;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an operator says about caching on all wires: which models share, and what is not cached. Immutable. */
public final class CachingRules {
    /** Models share nothing, and no call is refused. */
    public static final CachingRules NONE = new CachingRules(Map.of(), null, List.of(), false, ScopeMask.NONE);

    private final Map<String, String> nameByModel;
    private final Set<String> names;
    private final @Nullable BigDecimal maxTemperature;
    private final List<Glob> sideEffectTools;
    private final boolean keepTruncated;
    private final ScopeMask mask;

    /**
     * @param nameByModel models that share a name may answer each other's calls; a model of that very name is among them
     * @param maxTemperature calls above it are not cached; null for no ceiling. A call that names none is sampled at 1
     * @param sideEffectTools calls that offer a tool of such a name are not cached; {@code *} stands for any characters
     * @param keepTruncated whether an answer that ended by its limit of tokens is kept
     * @param mask what does not part calls
     */
    public CachingRules(
            Map<String, String> nameByModel,
            @Nullable BigDecimal maxTemperature,
            List<String> sideEffectTools,
            boolean keepTruncated,
            ScopeMask mask) {
        this.nameByModel = Map.copyOf(nameByModel);
        this.names = Set.copyOf(nameByModel.values());
        this.maxTemperature = maxTemperature;
        this.sideEffectTools = Glob.all(sideEffectTools);
        this.keepTruncated = keepTruncated;
        this.mask = mask;
    }

    /** As the other constructor, with nothing masked. */
    public CachingRules(
            Map<String, String> nameByModel,
            @Nullable BigDecimal maxTemperature,
            List<String> sideEffectTools,
            boolean keepTruncated) {
        this(nameByModel, maxTemperature, sideEffectTools, keepTruncated, ScopeMask.NONE);
    }

    boolean keepTruncated() {
        return keepTruncated;
    }

    /** The call under its model's name, and not cacheable when a rule says so. */
    Call applied(Call read) {
        String refusal = read.uncacheable() == null ? refusal(read) : null;
        if (refusal != null) {
            return read.uncacheable(refusal);
        }
        Call call = read.masked(mask);
        String name = name(call.model());
        return name == null ? call : call.sharedAs(new Call.Shared(name, CanonicalQuestion.of(call)));
    }

    private @Nullable String refusal(Call call) {
        if (maxTemperature != null && call.temperature().compareTo(maxTemperature) > 0) {
            return "temperature";
        }
        boolean acts =
                call.tools().stream().anyMatch(tool -> sideEffectTools.stream().anyMatch(glob -> glob.matches(tool)));
        return acts ? "side-effects" : null;
    }

    private @Nullable String name(@Nullable String model) {
        if (model == null) {
            return null;
        }
        String name = nameByModel.get(model);
        return name == null && names.contains(model) ? model : name;
    }
}
