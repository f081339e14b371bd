package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.server.prompt.CacheQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream of questions with its distinct texts numbered. Two rows have the same number exactly when the server gives them the same
 * exact key.
 *
 * @param rows in the order in which they are asked
 * @param textOf number of each row's text
 * @param texts each distinct text in the server's normal form
 */
record QuestionStream(List<StreamRow> rows, int[] textOf, List<String> texts) {

    static QuestionStream of(List<StreamRow> rows) {
        Map<String, Integer> numbers = new HashMap<>();
        List<String> texts = new ArrayList<>();
        int[] textOf = new int[rows.size()];
        for (int row = 0; row < textOf.length; row++) {
            CacheQuery query = Prompt.query(rows.get(row).text());
            Integer number = numbers.putIfAbsent(query.id(), texts.size());
            if (number == null) {
                texts.add(query.text());
            }
            textOf[row] = number == null ? texts.size() - 1 : number;
        }
        return new QuestionStream(List.copyOf(rows), textOf, List.copyOf(texts));
    }

    /** The vectors of the texts, null for one that is not compared by meaning. */
    List<float @Nullable []> vectors(EmbeddingCache cache) {
        List<float @Nullable []> vectors = new ArrayList<>(texts.size());
        texts.forEach(text -> vectors.add(cache.comparable(text)));
        return vectors;
    }
}
