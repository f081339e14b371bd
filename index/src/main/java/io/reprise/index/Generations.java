package io.reprise.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * The models that a folder has had, and the one whose vectors are written and searched now.
 *
 * <p>How a change of model works: each model has a {@link Generation} of its own, a document carries the fields of the one under which it
 * was written, and its number as a term ({@link EntryDocuments#GENERATION}; generation 0 has none, as no document had before there were
 * generations). A document of another generation than the current one is <em>stale</em>: found by its id as ever, and by nothing else
 * that asks for vectors, because the field asked for is not there. It stays so until somebody writes to its id: a store, a removal, or
 * {@link StaleEntries#renew}. So an entry that is stale still has not been written to since it was read, and renewing it needs no other
 * mark. A model that comes back finds its generation again, and with it every vector that was not replaced meanwhile.
 *
 * <p>Which generations there are is said by the user data of Lucene's commits, in format 1 where there is one, as always, and in format 2
 * otherwise, which programs that would search the wrong field refuse. Immutable.
 *
 * @param all each at the place of its number
 * @param current is searched and written
 */
record Generations(List<Generation> all, Generation current) {

    private static final int FORMAT_OF_ONE = 1;
    private static final int FORMAT_OF_SEVERAL = 2;
    private static final String FORMAT_KEY = "reprise.format";
    private static final String DIMENSION_KEY = "reprise.dimension";
    private static final String MODEL_KEY = "reprise.model";
    private static final String CURRENT_KEY = "reprise.generation";
    private static final String COUNT_KEY = "reprise.generations";

    Generations {
        all = List.copyOf(all);
    }

    /** Of an empty folder. */
    static Generations first(IndexOptions options) {
        Generation only = new Generation(0, options.modelName(), options.dimension());
        return new Generations(List.of(only), only);
    }

    /**
     * What a commit says.
     *
     * @throws IndexException when another version of the program wrote it, or it does not say it all
     */
    static Generations of(Path folder, Map<String, String> commit) {
        var said = new Said(folder, commit);
        String format = said.text(FORMAT_KEY);
        if (format.equals(Integer.toString(FORMAT_OF_ONE))) {
            Generation only = new Generation(0, said.text(MODEL_KEY), said.number(DIMENSION_KEY));
            return new Generations(List.of(only), only);
        }
        if (!format.equals(Integer.toString(FORMAT_OF_SEVERAL))) {
            throw new IndexException("The index in " + folder + " has format version " + format
                    + ", this program reads " + FORMAT_OF_ONE + " and " + FORMAT_OF_SEVERAL
                    + ": start the version that wrote it, or move the folder away.");
        }
        List<Generation> all = new ArrayList<>();
        int count = said.number(COUNT_KEY);
        for (int i = 0; i < count; i++) {
            all.add(new Generation(i, said.text(of(MODEL_KEY, i)), said.number(of(DIMENSION_KEY, i))));
        }
        int current = said.number(CURRENT_KEY);
        if (current >= all.size()) {
            throw said.incomplete(CURRENT_KEY);
        }
        return new Generations(all, all.get(current));
    }

    /** As {@link #of} reads it. */
    Map<String, String> asCommit() {
        Map<String, String> commit = new HashMap<>();
        if (all.size() == 1) {
            commit.put(FORMAT_KEY, Integer.toString(FORMAT_OF_ONE));
            commit.put(MODEL_KEY, current.model());
            commit.put(DIMENSION_KEY, Integer.toString(current.dimension()));
            return commit;
        }
        commit.put(FORMAT_KEY, Integer.toString(FORMAT_OF_SEVERAL));
        commit.put(COUNT_KEY, Integer.toString(all.size()));
        commit.put(CURRENT_KEY, Integer.toString(current.number()));
        for (Generation each : all) {
            commit.put(of(MODEL_KEY, each.number()), each.model());
            commit.put(of(DIMENSION_KEY, each.number()), Integer.toString(each.dimension()));
        }
        return commit;
    }

    /** These with the generation of the model that the options name as the current one; itself when it is that already. */
    Generations under(IndexOptions options) {
        if (current.isOf(options)) {
            return this;
        }
        for (Generation each : all) {
            if (each.isOf(options)) {
                return new Generations(all, each);
            }
        }
        Generation next = new Generation(all.size(), options.modelName(), options.dimension());
        List<Generation> more = new ArrayList<>(all);
        more.add(next);
        return new Generations(more, next);
    }

    /** The stale entries. What was written since the index was opened is none. */
    EntrySelection stale() {
        return new EntrySelection() {
            @Override
            public boolean matches(Entry recent) {
                return false;
            }

            @Override
            public Query query() {
                return staleQuery();
            }
        };
    }

    /** Whether a document is stale. */
    boolean isStale(LeafReader reader, int document) throws IOException {
        if (current.number() > 0) {
            return !carries(reader, current, document);
        }
        for (Generation other : all) {
            if (other.number() > 0 && carries(reader, other, document)) {
                return true;
            }
        }
        return false;
    }

    static Term term(Generation generation) {
        return new Term(EntryDocuments.GENERATION, Integer.toString(generation.number()));
    }

    private Query staleQuery() {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        if (current.number() > 0) {
            query.add(MatchAllDocsQuery.INSTANCE, BooleanClause.Occur.FILTER);
            query.add(new TermQuery(term(current)), BooleanClause.Occur.MUST_NOT);
        } else {
            all.stream()
                    .filter(other -> other.number() > 0)
                    .forEach(other -> query.add(new TermQuery(term(other)), BooleanClause.Occur.SHOULD));
        }
        return query.build();
    }

    private static boolean carries(LeafReader reader, Generation generation, int document) throws IOException {
        PostingsEnum documents = reader.postings(term(generation), PostingsEnum.NONE);
        return documents != null && documents.advance(document) == document;
    }

    private static String of(String key, int number) {
        return key + "." + number;
    }

    /** The user data of a folder's commit. */
    private record Said(Path folder, Map<String, String> commit) {

        String text(String key) {
            String value = commit.get(key);
            if (value == null) {
                throw incomplete(key);
            }
            return value;
        }

        int number(String key) {
            String value = text(key);
            if (!value.matches("\\d{1,9}")) {
                throw incomplete(key);
            }
            return Integer.parseInt(value);
        }

        IndexException incomplete(String key) {
            return new IndexException("The index in " + folder + " is damaged, its last commit does not say " + key
                    + ": restore it, or move the folder away to begin an empty one.");
        }
    }
}
