package io.reprise.benchmarks.quality;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Labelled lookups of one source, and their groups. Immutable. */
final class LookupSet {
    /** The group that holds all. */
    static final String ALL = "all";

    /**
     * Lookups of one kind and label.
     *
     * @param name such as {@code kind negation}
     * @param same the label
     */
    record Group(String name, boolean same) {
        /** All first, then kinds, languages, sources and tags by their names; label 1 before label 0. */
        static final Comparator<Group> ORDER = Comparator.comparing((Group group) -> !group.name.equals(ALL))
                .thenComparing(Group::name)
                .thenComparing(group -> !group.same);

        /** The label as the data's columns say it. */
        int label() {
            return same ? 1 : 0;
        }
    }

    private final String name;
    private final String note;
    private final List<LabelledLookup> lookups;
    private final Map<Group, BitSet> groups = new TreeMap<>(Group.ORDER);

    /**
     * @param name of the source
     * @param note what it is, in a sentence for the report
     */
    LookupSet(String name, String note, List<LabelledLookup> lookups) {
        this.name = name;
        this.note = note;
        this.lookups = List.copyOf(lookups);
        for (int i = 0; i < lookups.size(); i++) {
            add(ALL, i);
            for (String group : lookups.get(i).groups()) {
                add(group, i);
            }
        }
        // A group that holds what another one holds, such as the only source of a language, says nothing more than
        // that.
        Map<String, BitSet> members = new LinkedHashMap<>();
        groups.forEach((group, places) ->
                members.computeIfAbsent(group.name(), first -> new BitSet()).or(places));
        Set<BitSet> held = new HashSet<>();
        members.values().removeIf(held::add);
        groups.keySet().removeIf(group -> members.containsKey(group.name()));
    }

    String name() {
        return name;
    }

    String note() {
        return note;
    }

    List<LabelledLookup> lookups() {
        return lookups;
    }

    /** The places of each group's lookups in the list of all. Not to be modified. */
    Map<Group, BitSet> groups() {
        return groups;
    }

    /** How many lookups a group has; 0 for one that is not there. */
    int count(Group group) {
        return groups.getOrDefault(group, new BitSet()).cardinality();
    }

    /** The scores of a group, by those of all lookups. */
    double[] scores(Group group, double[] scores) {
        BitSet members = groups.getOrDefault(group, new BitSet());
        return members.stream().mapToDouble(i -> scores[i]).toArray();
    }

    /** Names of the groups that have at least so many of both labels. */
    List<String> withBothLabels(int fewest) {
        List<String> names = new ArrayList<>();
        for (Group group : groups.keySet()) {
            if (group.same() && count(group) >= fewest && count(new Group(group.name(), false)) >= fewest) {
                names.add(group.name());
            }
        }
        return names;
    }

    private void add(String group, int lookup) {
        groups.computeIfAbsent(new Group(group, lookups.get(lookup).same()), first -> new BitSet())
                .set(lookup);
    }
}
