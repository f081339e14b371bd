package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.EvaluationData.ConversationPair;
import io.reprise.benchmarks.corpus.EvaluationData.DistinctPrompt;
import io.reprise.benchmarks.corpus.EvaluationData.Pair;
import io.reprise.benchmarks.corpus.EvaluationData.PairSet;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.server.prompt.CacheQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/** The labelled sets but the streams, as the server's queries, from which lookups are made once their texts are embedded. Immutable. */
final class LabelledQueries {
    private record Couple(List<String> groups, boolean same, CacheQuery stored, CacheQuery asked) {}

    private record Couples(String name, String note, List<Couple> couples) {}

    private record Single(List<String> groups, CacheQuery query) {}

    /** Neighbours of a prompt that is asked of a cache that holds many. */
    private final int candidates;

    private final List<Couples> sets = new ArrayList<>();
    private final List<Couple> conversations;
    private final List<Single> prompts;

    /**
     * @param limit rows of each set
     * @param candidates how many neighbours a policy sees
     * @param heldOut of what is learned from only pairs of these texts are looked at
     */
    LabelledQueries(EvaluationData data, int limit, int candidates, HeldOut heldOut) {
        this.candidates = candidates;
        for (PairSet set : data.pairSets()) {
            sets.add(couples(set, limit, heldOut));
        }
        conversations = new ArrayList<>();
        for (ConversationPair pair : head(data.conversations(), limit)) {
            CacheQuery first = Prompt.query(pair.first());
            conversations.add(new Couple(pair.groups(), pair.same(), first, Prompt.query(pair.second())));
        }
        prompts = new ArrayList<>();
        for (DistinctPrompt prompt : head(data.distinctPrompts(), limit)) {
            prompts.add(new Single(prompt.groups(), Prompt.query(prompt.text())));
        }
    }

    /** All texts that lookups need. */
    Collection<String> texts() {
        Set<String> texts = new LinkedHashSet<>();
        sets.forEach(set -> set.couples().forEach(couple -> add(couple, texts)));
        conversations.forEach(couple -> add(couple, texts));
        prompts.forEach(prompt -> texts.add(prompt.query().text()));
        return texts;
    }

    /**
     * The lookups.
     *
     * @param promptOf what policies see of a text
     * @param isTooLong whether a text is longer than the model's window
     */
    List<LookupSet> lookups(Function<String, PromptText> promptOf, Predicate<String> isTooLong) {
        List<LookupSet> lookups = new ArrayList<>();
        for (Couples set : sets) {
            lookups.add(new LookupSet(set.name(), set.note(), of(set.couples(), promptOf, true)));
        }
        if (!conversations.isEmpty()) {
            lookups.add(new LookupSet(
                    "multiturn",
                    "Whole conversations, as the server sees them: only the last user turn is compared by meaning, and only where all"
                            + " that went before is equal.",
                    of(conversations, promptOf, true)));
            lookups.add(new LookupSet(
                    "multiturn_without_scopes",
                    "The same, as a cache would serve them that compares the last user turn alone: what scopes are there for.",
                    of(conversations, promptOf, false)));
        }
        if (!prompts.isEmpty()) {
            lookups.add(new LookupSet(
                    "prompts_llm",
                    "Each prompt is asked of a cache that holds all that differ from it, of which none means the same. Prompts that several"
                            + " sources have to the letter are exact hits on each other: they stand once among label 0, and their repeats are"
                            + " label 1.",
                    distinct(promptOf, isTooLong)));
        }
        return lookups;
    }

    private static Couples couples(PairSet set, int limit, HeldOut heldOut) {
        List<Couple> couples = new ArrayList<>();
        int learned = 0;
        for (Pair pair : head(set.pairs(), limit)) {
            CacheQuery first = Prompt.query(pair.first());
            CacheQuery second = Prompt.query(pair.second());
            if (!heldOut.isUnseen(set.name(), pair)) {
                learned++;
            } else if (!pair.suspect()) {
                couples.add(new Couple(pair.groups(), pair.same(), first, second));
            }
        }
        String note = learned == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "Held-out texts alone: %,d more pairs have texts that verifiers were learned from.",
                        learned);
        return new Couples(set.name(), note, couples);
    }

    private static List<LabelledLookup> of(
            List<Couple> couples, Function<String, PromptText> promptOf, boolean scoped) {
        List<LabelledLookup> lookups = new ArrayList<>(couples.size());
        for (Couple couple : couples) {
            PromptText stored = promptOf(couple.stored(), promptOf);
            PromptText asked = promptOf(couple.asked(), promptOf);
            boolean exact = scoped && couple.stored().id().equals(couple.asked().id());
            boolean comparable =
                    !scoped || couple.stored().scope().equals(couple.asked().scope());
            Float cosine = comparable ? cosine(asked, stored) : null;
            lookups.add(new LabelledLookup(
                    couple.groups(),
                    couple.same(),
                    exact,
                    asked,
                    cosine == null ? List.of() : List.of(new Stored(stored, cosine))));
        }
        return lookups;
    }

    private List<LabelledLookup> distinct(Function<String, PromptText> promptOf, Predicate<String> isTooLong) {
        Map<String, Single> distinct = new LinkedHashMap<>();
        List<LabelledLookup> lookups = new ArrayList<>();
        for (Single prompt : prompts) {
            if (distinct.putIfAbsent(prompt.query().id(), prompt) != null) {
                lookups.add(new LabelledLookup(
                        List.of("repeat to the letter"), true, true, promptOf(prompt.query(), promptOf), List.of()));
            }
        }
        Map<Single, PromptText> texts = new LinkedHashMap<>();
        distinct.values().forEach(prompt -> texts.put(prompt, promptOf(prompt.query(), promptOf)));
        texts.forEach((prompt, asked) -> {
            List<String> groups = new ArrayList<>(prompt.groups());
            groups.add(
                    isTooLong.test(prompt.query().text())
                            ? "longer than the model's window"
                            : "within the model's window");
            lookups.add(new LabelledLookup(groups, false, false, asked, nearest(asked, texts.values())));
        });
        return lookups;
    }

    /** Those of the others that a policy sees. */
    private List<Stored> nearest(PromptText asked, Collection<PromptText> all) {
        List<Stored> others = new ArrayList<>();
        for (PromptText other : all) {
            Float cosine = other.text().equals(asked.text()) ? null : cosine(asked, other);
            if (cosine != null) {
                others.add(new Stored(other, cosine));
            }
        }
        others.sort((a, b) -> Float.compare(b.cosine(), a.cosine()));
        return others.subList(0, Math.min(candidates, others.size()));
    }

    /** What the server never compares by meaning has no vector here. */
    private static PromptText promptOf(CacheQuery query, Function<String, PromptText> promptOf) {
        return query.exactOnly() == null ? promptOf.apply(query.text()) : PromptText.exactOnly(query.text());
    }

    private static @Nullable Float cosine(PromptText a, PromptText b) {
        float[] first = a.vector();
        float[] second = b.vector();
        return first == null || second == null
                ? null
                : Float.valueOf(Math.clamp(VectorUtil.dotProduct(first, second), -1f, 1f));
    }

    private static void add(Couple couple, Set<String> texts) {
        texts.add(couple.stored().text());
        texts.add(couple.asked().text());
    }

    private static <T> List<T> head(List<T> rows, int limit) {
        return rows.subList(0, Math.min(limit, rows.size()));
    }
}
