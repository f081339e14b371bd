package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.LookupSet.Group;
import io.reprise.benchmarks.report.Progress;
import io.reprise.benchmarks.report.Proportion;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What every policy at every setting serves of one set of lookups. Immutable. */
final class LookupTrials {

    /**
     * One policy at one setting.
     *
     * @param setting in words; empty for a policy that has none
     * @param shown whether it has a column of its own
     */
    record Column(TriedPolicy policy, String setting, boolean shown) {
        String head() {
            return setting.isEmpty() ? policy.name() : setting;
        }
    }

    private final LookupSet set;
    private final Map<Column, BitSet> served = new LinkedHashMap<>();
    private final Map<TriedPolicy.Swept, double[]> scores = new LinkedHashMap<>();

    /** Tries the policies that have something to say of a lookup alone. */
    LookupTrials(LookupSet set, List<TriedPolicy> policies, Progress progress) {
        this.set = set;
        progress.phase(set.name(), policies.size());
        for (TriedPolicy policy : policies) {
            switch (policy) {
                case TriedPolicy.Swept swept -> sweep(swept);
                case TriedPolicy.Fixed fixed ->
                    served.put(
                            new Column(fixed, "", true),
                            places(i -> set.lookups().get(i).served(fixed.policy())));
                case TriedPolicy.Learning learning -> {
                    // A pair alone tells nothing of a policy that has to have seen others.
                }
            }
            progress.step(1);
        }
    }

    LookupSet set() {
        return set;
    }

    /** Every policy at every setting, in the order in which they were tried. */
    List<Column> columns() {
        return List.copyOf(served.keySet());
    }

    /** The policies that gave scores, and the score of each lookup. Not to be modified. */
    Map<TriedPolicy.Swept, double[]> scores() {
        return scores;
    }

    /** Share of a group that is served; nothing of nothing for a group that is not there. */
    Proportion served(Column column, Group group) {
        BitSet members = set.groups().getOrDefault(group, new BitSet());
        BitSet both = (BitSet) members.clone();
        both.and(served.getOrDefault(column, new BitSet()));
        return new Proportion(both.cardinality(), members.cardinality());
    }

    /** The column of a policy that has one setting. */
    static Column of(TriedPolicy.Fixed policy) {
        return new Column(policy, "", true);
    }

    private void sweep(TriedPolicy.Swept policy) {
        double[] ofLookups = IntStream.range(0, set.lookups().size())
                .parallel()
                .mapToDouble(i -> set.lookups().get(i).score(policy.scorer()))
                .toArray();
        scores.put(policy, ofLookups);
        for (double cutoff : policy.cutoffs()) {
            served.put(
                    new Column(
                            policy, policy.settingText(cutoff), policy.shown().contains(cutoff)),
                    places(i -> ofLookups[i] >= cutoff));
        }
    }

    private BitSet places(IntPredicate isServed) {
        var places = new BitSet();
        IntStream.range(0, set.lookups().size()).filter(isServed).forEach(places::set);
        return places;
    }
}
