package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.benchmarks.corpus.VectorCache;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/** For pairs of texts, how often the answer to the first would be served for the second, by kind of pair and by label. */
final class PairShares {

    /** A column of the table: pairs of one kind and label. */
    private record Group(String kind, boolean same) {
        static final Comparator<Group> ORDER =
                Comparator.comparing(Group::same).reversed().thenComparing(Group::kind);
    }

    /** A pair ready to be decided. The cosine is null where a text is not compared by meaning. */
    private record Asked(
            String stored,
            String asked,
            boolean sameKey,
            @Nullable Float cosine) {}

    private final Map<Group, List<Asked>> groups = new TreeMap<>(Group.ORDER);

    /** Of one file of pairs; all their texts were embedded before. */
    PairShares(PairSet set, VectorCache vectors) {
        boolean kinds = set.pairs().stream().map(Pair::kind).distinct().count() > 1;
        for (Pair pair : set.pairs()) {
            if (!pair.suspect()) {
                Asked asked = asked(pair, vectors);
                add(new Group("all", pair.same()), asked);
                if (kinds) {
                    add(new Group(pair.kind(), pair.same()), asked);
                }
            }
        }
    }

    /** Column heads: label, kind and number of pairs. */
    List<String> head() {
        List<String> head = new ArrayList<>(List.of("policy"));
        groups.forEach((group, pairs) -> head.add(String.format(
                Locale.ROOT, "%s %s (%,d)", group.same() ? "same:" : "DIFFERENT:", group.kind(), pairs.size())));
        return head;
    }

    /** Share that a policy serves, in each column. */
    List<String> row(TriedPolicy tried) {
        List<String> row = new ArrayList<>(List.of(tried.name()));
        HitPolicy policy = tried.fresh().get();
        for (List<Asked> pairs : groups.values()) {
            long served = pairs.stream()
                    .filter(pair -> serves(policy, tried.maxWrongRate(), pair))
                    .count();
            row.add(new Proportion(served, pairs.size()).toString());
        }
        return row;
    }

    private void add(Group group, Asked asked) {
        groups.computeIfAbsent(group, g -> new ArrayList<>()).add(asked);
    }

    private static Asked asked(Pair pair, VectorCache vectors) {
        var first = Prompt.query(pair.first());
        var second = Prompt.query(pair.second());
        float[] a = vectors.comparable(first.text());
        float[] b = vectors.comparable(second.text());
        Float cosine = a == null || b == null ? null : Math.clamp(VectorUtil.dotProduct(a, b), -1f, 1f);
        return new Asked(first.text(), second.text(), first.id().equals(second.id()), cosine);
    }

    private static boolean serves(HitPolicy policy, double maxWrongRate, Asked pair) {
        if (pair.sameKey()) {
            return true;
        }
        if (pair.cosine() == null) {
            return false;
        }
        var candidate = Candidate.neighbour("stored", pair.stored(), pair.cosine());
        return switch (policy.decide(pair.asked(), List.of(candidate), maxWrongRate)
                .verdict()) {
            case Decision.Verdict.Hit hit -> true;
            case Decision.Verdict.Miss miss -> false;
        };
    }
}
