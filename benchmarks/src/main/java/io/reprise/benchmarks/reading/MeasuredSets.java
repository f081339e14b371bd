package io.reprise.benchmarks.reading;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.ConversationPair;
import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.server.prompt.CacheQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The labelled sets that only measure, as cases. */
final class MeasuredSets {
    /** Of these both labels. */
    private static final Set<String> SETS = Set.of(
            "pairs_contrast",
            "pairs_medical",
            "pairs_nonenglish",
            "pairs_paws_qqp",
            "pairs_sick_negation",
            "pairs_sts_qq",
            "pairs_synthetic_edits");
    /** Of these only what differs: its other label does not say that one answer serves both. */
    private static final String ONLY_DIFFERENT = "pairs_intents";

    private static final String CONVERSATIONS = "multiturn";

    private MeasuredSets() {}

    /** @param every takes each so many-th pair; 1 for all */
    static List<Case> of(EvaluationData data, int every) {
        List<Case> cases = new ArrayList<>();
        for (PairSet set : data.pairSets()) {
            List<Pair> pairs = set.pairs();
            for (int i = 0; i < pairs.size(); i += every) {
                Pair pair = pairs.get(i);
                boolean isMeasured = SETS.contains(set.name()) || (set.name().equals(ONLY_DIFFERENT) && !pair.same());
                if (isMeasured) {
                    cases.add(new Case(set.name(), pair.kind(), text(pair.first()), text(pair.second()), pair.same()));
                }
            }
        }
        cases.addAll(conversations(data.conversations()));
        return cases;
    }

    /**
     * Conversations of one history whose last turns differ; with different histories nothing serves, whatever is
     * decided of texts.
     */
    private static List<Case> conversations(List<ConversationPair> pairs) {
        List<Case> cases = new ArrayList<>();
        for (ConversationPair pair : pairs) {
            CacheQuery first = Prompt.query(pair.first());
            CacheQuery second = Prompt.query(pair.second());
            boolean isComparable = first.exactOnly() == null && second.exactOnly() == null;
            if (!pair.same() && isComparable && first.scope().equals(second.scope())) {
                cases.add(new Case(CONVERSATIONS, "of one history", first.text(), second.text(), false));
            }
        }
        return cases;
    }

    private static String text(String raw) {
        return Prompt.query(raw).text();
    }
}
