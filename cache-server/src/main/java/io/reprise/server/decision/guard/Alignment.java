package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which words of two texts are the same word, and which stand in one text alone.
 *
 * <p>Words agree when their forms do (inflection and spelling aside), when one is a misspelling of the other, or when
 * two in a row make
 * the one ({@code web site}, {@code website}). Each word has at most one partner; equal words are paired in order. The
 * time is linear
 * but for misspellings, which are looked for among the first {@value #MAX_UNSURE} words on each side that have no
 * partner.
 */
final class Alignment {
    private static final int MAX_UNSURE = 24;
    private static final int MOST_EDITED = 2;

    private final Reading asked;
    private final Reading cached;
    private final int[] partnerOfAsked;
    private final int[] partnerOfCached;
    private final List<Token> onlyAsked;
    private final List<Token> onlyCached;
    private final int contentOnlyAsked;
    private final int contentOnlyCached;
    private final int sharedContent;
    private final List<Token> surplusAsked = new ArrayList<>();
    private final List<Token> surplusCached = new ArrayList<>();

    Alignment(Reading asked, Reading cached) {
        this.asked = asked;
        this.cached = cached;
        List<Token> a = asked.tokens();
        List<Token> b = cached.tokens();
        partnerOfAsked = new int[a.size()];
        partnerOfCached = new int[b.size()];
        Arrays.fill(partnerOfAsked, -1);
        Arrays.fill(partnerOfCached, -1);
        pairEqual(a, b);
        int[] unsureAsked = unpaired(a, partnerOfAsked);
        int[] unsureCached = unpaired(b, partnerOfCached);
        if (unsureAsked.length > 0 && unsureCached.length > 0) {
            pairCompounds(a, partnerOfAsked, b, partnerOfCached);
            pairCompounds(b, partnerOfCached, a, partnerOfAsked);
            pairMisspelt(unsureAsked, unsureCached);
        }
        onlyAsked = rest(a, partnerOfAsked);
        onlyCached = rest(b, partnerOfCached);
        contentOnlyAsked = count(onlyAsked);
        contentOnlyCached = count(onlyCached);
        sharedContent = shared();
    }

    Reading asked() {
        return asked;
    }

    Reading cached() {
        return cached;
    }

    /**
     * Words, code and symbols of the asked text that the cached one lacks, in order; no fillers, numbers or
     * punctuation.
     */
    List<Token> onlyAsked() {
        return onlyAsked;
    }

    /** The same the other way round. */
    List<Token> onlyCached() {
        return onlyCached;
    }

    /** Words that both texts have, but the asked one oftener. */
    List<Token> surplusAsked() {
        return surplusAsked;
    }

    /** The same the other way round. */
    List<Token> surplusCached() {
        return surplusCached;
    }

    /** Content words of {@link #onlyAsked}. */
    int contentOnlyAsked() {
        return contentOnlyAsked;
    }

    /** Content words of {@link #onlyCached}. */
    int contentOnlyCached() {
        return contentOnlyCached;
    }

    /** Index in the cached text of the partner of a token of the asked one, or -1. */
    int partnerOfAsked(int index) {
        return partnerOfAsked[index];
    }

    /** Index in the asked text of the partner of a token of the cached one, or -1. */
    int partnerOfCached(int index) {
        return partnerOfCached[index];
    }

    /** Content words that have a partner. */
    int sharedContent() {
        return sharedContent;
    }

    /** Content words that only one of the texts has, of both. */
    int contentOnlyOne() {
        return contentOnlyAsked + contentOnlyCached;
    }

    /**
     * Whether one text is the other with an edit: the words they share come in the same order, and each has at most
     * {@value #MOST_EDITED}
     * others.
     *
     * <p>Here what differs is surely meant. Texts that are worded otherwise all over say the same with other words,
     * and then what one
     * leaves out is no evidence.
     */
    boolean isEdit() {
        return hasFewOthers() && SharedOrder.isSame(this);
    }

    /** Whether each has at most {@value #MOST_EDITED} words, pieces of code or symbols that the other lacks. */
    boolean hasFewOthers() {
        return onlyAsked.size() <= MOST_EDITED && onlyCached.size() <= MOST_EDITED;
    }

    private int shared() {
        int shared = 0;
        for (int i = 0; i < partnerOfAsked.length; i++) {
            if (partnerOfAsked[i] >= 0 && asked.tokens().get(i).isContent()) {
                shared++;
            }
        }
        return shared;
    }

    private void pairEqual(List<Token> a, List<Token> b) {
        Map<String, Deque<Integer>> places = new HashMap<>();
        for (int i = 0; i < b.size(); i++) {
            if (isPairable(b.get(i))) {
                places.computeIfAbsent(b.get(i).form(), form -> new ArrayDeque<>(2))
                        .add(i);
            }
        }
        for (int i = 0; i < a.size(); i++) {
            Deque<Integer> free = isPairable(a.get(i)) ? places.get(a.get(i).form()) : null;
            if (free != null && !free.isEmpty()) {
                pair(i, free.removeFirst());
            }
        }
        // A word said twice in one text and once in the other is no difference.
        repeat(a, partnerOfAsked, surplusAsked);
        repeat(b, partnerOfCached, surplusCached);
    }

    private static void repeat(List<Token> tokens, int[] partners, List<Token> surplus) {
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < partners.length; i++) {
            if (partners[i] >= 0) {
                known.putIfAbsent(tokens.get(i).form(), partners[i]);
            }
        }
        for (int i = 0; i < partners.length; i++) {
            Integer partner = partners[i] < 0 && isPairable(tokens.get(i))
                    ? known.get(tokens.get(i).form())
                    : null;
            if (partner != null) {
                partners[i] = partner;
                surplus.add(tokens.get(i));
            }
        }
    }

    private void pair(int inAsked, int inCached) {
        partnerOfAsked[inAsked] = inCached;
        partnerOfCached[inCached] = inAsked;
    }

    private static void pairCompounds(List<Token> apart, int[] partnersApart, List<Token> whole, int[] partnersWhole) {
        Map<String, Integer> free = new HashMap<>();
        for (int i = 0; i < partnersWhole.length; i++) {
            if (partnersWhole[i] < 0 && whole.get(i).isWord()) {
                free.put(whole.get(i).form(), i);
            }
        }
        for (int i = 0; i + 1 < partnersApart.length && !free.isEmpty(); i++) {
            Token first = apart.get(i);
            Token second = apart.get(i + 1);
            if (!first.isWord() || !second.isWord() || (partnersApart[i] >= 0 && partnersApart[i + 1] >= 0)) {
                continue;
            }
            Integer one = free.remove(Lexicon.ENGLISH.form(first.lower() + second.lower()));
            if (one != null) {
                partnersApart[i] = one;
                partnersApart[i + 1] = one;
                partnersWhole[one] = i;
            }
        }
    }

    private void pairMisspelt(int[] unsureAsked, int[] unsureCached) {
        for (int i : unsureAsked) {
            Token one = asked.tokens().get(i);
            for (int j : unsureCached) {
                if (partnerOfAsked[i] < 0
                        && partnerOfCached[j] < 0
                        && Misspelling.of(one, cached.tokens().get(j))) {
                    pair(i, j);
                }
            }
        }
    }

    private static int[] unpaired(List<Token> tokens, int[] partners) {
        int[] found = new int[Math.min(MAX_UNSURE, partners.length)];
        int count = 0;
        for (int i = 0; i < partners.length && count < found.length; i++) {
            if (partners[i] < 0 && tokens.get(i).isWord()) {
                found[count] = i;
                count++;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private static List<Token> rest(List<Token> tokens, int[] partners) {
        List<Token> rest = new ArrayList<>();
        for (int i = 0; i < partners.length; i++) {
            Token token = tokens.get(i);
            if (partners[i] < 0
                    && isPairable(token)
                    && token.kind() != Kind.NUMBER
                    && token.role() != Token.Role.FILLER) {
                rest.add(token);
            }
        }
        return List.copyOf(rest);
    }

    private static boolean isPairable(Token token) {
        return !token.isMark();
    }

    private static int count(List<Token> tokens) {
        int count = 0;
        for (Token token : tokens) {
            count += token.isContent() ? 1 : 0;
        }
        return count;
    }
}
