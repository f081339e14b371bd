package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order of the words that two texts share, apart from orders that mean the same.
 *
 * <p>A text becomes clauses; a clause becomes chunks, a head and one for each preposition; a chunk becomes the words
 * it holds, each
 * by a number that is the same in both texts. Sorted, because they may stand in any order: what is joined by "and",
 * "or" or "versus";
 * the chunks of a clause; two clauses of which one begins with "if", "when" or the like. "A of B" is read as "B's A",
 * "V by A" (with
 * {@link Style#PASSIVE}) as "A V", and adverbs may stand anywhere. What is left must be equal, or roles have changed.
 */
final class WordOrder {
    private static final WordFile WORDS = WordFile.read("order.txt");
    private static final Set<String> PREPOSITIONS = Set.copyOf(WORDS.section("prepositions"));
    private static final Set<String> COMPOUNDING = Set.copyOf(WORDS.section("compounding"));
    private static final Set<String> SUBORDINATORS = Set.copyOf(WORDS.section("subordinators"));
    private static final Set<String> COORDINATORS = Set.copyOf(WORDS.section("coordinators"));
    private static final Set<String> SYMMETRIC = Set.copyOf(WORDS.section("symmetric"));
    private static final Set<String> HEADS = Set.copyOf(WORDS.section("heads"));

    /** How prepositions are read. */
    enum Style {
        /** Each begins a chunk; "of" puts its noun before the word it belongs to. */
        PLAIN,
        /** "And" and the like join the two words beside them instead of all words up to the next break. */
        SINGLE,
        /** Those of place, topic and purpose do as "of" does: "books about fish" is "fish books". */
        COMPOUND,
        /** "By" names who acts. */
        PASSIVE
    }

    /** Words after one preposition; those before the first have none. */
    private record Chunk(String label, List<Integer> words) {}

    private final List<Token> tokens;
    private final int[] ids;
    private final Style style;
    private final boolean symmetric;
    private final List<List<String>> clauses = new ArrayList<>();
    private List<Chunk> chunks = new ArrayList<>();
    private @Nullable List<Integer> acting;
    private List<List<Integer>> runs = new ArrayList<>();
    private final List<Integer> adverbs = new ArrayList<>();
    private String label = "";
    private boolean subordinate;
    private boolean anySubordinate;
    private boolean joining;
    private boolean newRun = true;
    private int insertAt = -1;

    private WordOrder(List<Token> tokens, int[] ids, Style style) {
        this.tokens = tokens;
        this.ids = ids;
        this.style = style;
        symmetric = tokens.stream()
                .anyMatch(token -> SYMMETRIC.contains(token.lower()) || SYMMETRIC.contains(token.form()));
    }

    /** Whether an order that differs can mean the same. */
    static boolean isEquivalent(Alignment pair) {
        int[] askedIds = SharedOrder.ids(pair);
        int[] cachedIds = new int[pair.cached().tokens().size()];
        Arrays.fill(cachedIds, -1);
        for (int id : askedIds) {
            if (id >= 0) {
                cachedIds[id] = id;
            }
        }
        for (Style one : Style.values()) {
            String asked = new WordOrder(pair.asked().tokens(), askedIds, one).read();
            for (Style other : Style.values()) {
                if (asked.equals(new WordOrder(pair.cached().tokens(), cachedIds, other).read())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether words of a kind may stand in any order: beside "difference", or joined by "and", "or", "versus". */
    static boolean mayBeSymmetric(Alignment pair) {
        return pair.asked().tokens().stream()
                .anyMatch(token -> SYMMETRIC.contains(token.lower())
                        || SYMMETRIC.contains(token.form())
                        || COORDINATORS.contains(token.lower()));
    }

    static boolean isPreposition(Token token) {
        return PREPOSITIONS.contains(token.lower());
    }

    private String read() {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (ids[i] >= 0) {
                add(i);
            } else if (token.isMark()) {
                boolean comma = token.surface().equals(",");
                if (comma && isListed(i)) {
                    joining = true;
                } else if (comma && !subordinate) {
                    endChunk("");
                } else {
                    endClause("");
                }
            } else if (token.isWord()) {
                function(token);
            }
        }
        endClause("");
        if (clauses.size() == 2 && anySubordinate) {
            clauses.sort(WordOrder::compare);
        }
        Collections.sort(adverbs);
        return clauses + " " + adverbs;
    }

    private void function(Token token) {
        String word = token.lower();
        if (COORDINATORS.contains(word)
                || (symmetric
                        && (word.equals("to")
                                || word.equals("with")
                                || word.equals("from")
                                || word.equals("between")))) {
            joining |= !word.equals("between") && !word.equals("from");
            newRun = true;
        } else if (SUBORDINATORS.contains(word)) {
            endClause(word);
        } else if (word.equals("then")) {
            endClause("");
        } else if (word.equals("by") && style == Style.PASSIVE) {
            passive();
        } else if (acting != null && !isArticle(word)) {
            acting = null;
            function(token);
        } else if (word.equals("of") || (style == Style.COMPOUND && COMPOUNDING.contains(word))) {
            insertAt = runs.isEmpty() || runs.getLast().isEmpty()
                    ? -1
                    : runs.getLast().size() - 1;
        } else if (PREPOSITIONS.contains(word)) {
            endChunk(word.equals("into") || word.equals("onto") ? word.substring(0, 2) : word);
        } else if (HEADS.contains(word) && !label.isEmpty()) {
            endChunk("");
        } else if (!isArticle(word)) {
            insertAt = -1;
            newRun |= !word.equals("'s");
        }
    }

    private void add(int i) {
        Token token = tokens.get(i);
        if (token.lower().length() > 4 && token.lower().endsWith("ly")) {
            adverbs.add(ids[i]);
            return;
        }
        if (acting != null) {
            acting.add(insertAt, ids[i]);
            insertAt++;
            return;
        }
        if (insertAt >= 0) {
            runs.getLast().add(insertAt, ids[i]);
            insertAt++;
            return;
        }
        if (runs.isEmpty() || joining) {
            if (!joining) {
                runs.add(new ArrayList<>());
            } else {
                if (style == Style.SINGLE && !runs.isEmpty()) {
                    splitLastRun();
                }
                runs.add(new ArrayList<>(List.of(-1)));
            }
        } else if (newRun) {
            runs.add(new ArrayList<>());
        }
        newRun = style == Style.SINGLE && joining;
        joining = false;
        runs.getLast().add(ids[i]);
    }

    /** Leaves the last word of the last run in a run of its own. */
    private void splitLastRun() {
        List<Integer> last = runs.getLast();
        if (last.getFirst() >= 0 && last.size() > 1) {
            runs.add(new ArrayList<>(List.of(last.removeLast())));
        }
    }

    /** What stands before "by" is done to what stands before that, by what follows. */
    private void passive() {
        endChunk("");
        for (int i = chunks.size() - 1; i >= 0; i--) {
            Chunk head = chunks.get(i);
            if (head.label.isEmpty()) {
                head.words.addFirst(head.words.removeLast());
                acting = head.words;
                insertAt = 0;
                return;
            }
        }
    }

    private boolean isListed(int comma) {
        boolean before = comma > 0 && ids[comma - 1] >= 0;
        boolean after = comma + 1 < tokens.size()
                && (ids[comma + 1] >= 0
                        || COORDINATORS.contains(tokens.get(comma + 1).lower()));
        return before && after;
    }

    private void endChunk(String next) {
        List<Integer> words = new ArrayList<>();
        List<List<Integer>> group = new ArrayList<>();
        for (List<Integer> run : runs) {
            boolean joined = run.getFirst() == -1;
            if (!joined) {
                flush(group, words);
            }
            group.add(joined ? run.subList(1, run.size()) : run);
        }
        flush(group, words);
        if (!words.isEmpty()) {
            chunks.add(new Chunk(label, words));
        }
        runs = new ArrayList<>();
        label = next;
        joining = false;
        newRun = true;
        insertAt = -1;
        acting = null;
    }

    private static void flush(List<List<Integer>> group, List<Integer> words) {
        group.sort((a, b) -> a.toString().compareTo(b.toString()));
        group.forEach(words::addAll);
        group.clear();
    }

    private void endClause(String next) {
        endChunk("");
        if (!chunks.isEmpty()) {
            List<String> clause = new ArrayList<>();
            chunks.forEach(chunk -> clause.add(chunk.label + chunk.words));
            Collections.sort(clause);
            clause.addFirst(subordinate ? "sub" : "");
            clauses.add(clause);
        }
        chunks = new ArrayList<>();
        subordinate = !next.isEmpty();
        anySubordinate |= subordinate;
    }

    private static int compare(List<String> one, List<String> other) {
        return one.toString().compareTo(other.toString());
    }

    private static boolean isArticle(String word) {
        return word.equals("the") || word.equals("a") || word.equals("an");
    }
}
