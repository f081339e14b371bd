package io.reprise.index;

import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EntryFilter} selects.
 *
 * <p>A filter whose words hold no letter or digit matches nothing, so that a bulk delete of "!!!" deletes nothing.
 */
final class EntryMatcher implements EntrySelection {

    private static final int MAX_WORDS = 256;

    private final EntryFilter filter;
    private final Words words;
    private final @Nullable Set<String> required;

    EntryMatcher(EntryFilter filter, Words words) {
        this.filter = filter;
        this.words = words;
        this.required = filter.words() == null ? null : words.of(filter.words());
        if (required != null && required.size() > MAX_WORDS) {
            throw new IllegalArgumentException(
                    "words must be at most " + MAX_WORDS + " different ones, are " + required.size());
        }
    }

    @Override
    public boolean matches(Entry entry) {
        return (filter.principal() == null || filter.principal().equals(entry.principal()))
                && (filter.namespace() == null || filter.namespace().equals(entry.namespace()))
                && (filter.tag() == null || entry.tags().contains(filter.tag()))
                && (filter.model() == null || filter.model().equals(entry.model()))
                && (filter.createdBeforeMillis() == null || entry.createdAtMillis() < filter.createdBeforeMillis())
                && (required == null
                        || (!required.isEmpty() && words.of(entry.text()).containsAll(required)));
    }

    @Override
    public Query query() {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        require(query, EntryDocuments.PRINCIPAL, filter.principal());
        require(query, EntryDocuments.NAMESPACE, filter.namespace());
        require(query, EntryDocuments.TAG, filter.tag());
        require(query, EntryDocuments.MODEL, filter.model());
        if (filter.createdBeforeMillis() != null) {
            query.add(EntryDocuments.createdBefore(filter.createdBeforeMillis()), BooleanClause.Occur.FILTER);
        }
        if (required != null) {
            if (required.isEmpty()) {
                return MatchNoDocsQuery.INSTANCE;
            }
            required.forEach(word -> require(query, EntryDocuments.WORDS, word));
        }
        BooleanQuery built = query.build();
        return built.clauses().isEmpty() ? MatchAllDocsQuery.INSTANCE : built;
    }

    private static void require(BooleanQuery.Builder query, String field, @Nullable String value) {
        if (value != null) {
            query.add(new TermQuery(new Term(field, value)), BooleanClause.Occur.FILTER);
        }
    }
}
