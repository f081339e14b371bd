package io.reprise.benchmarks.corpus;

import java.util.List;

/**
 * What an index is filled with and asked for.
 *
 * @param source what the texts and vectors are, in a sentence for the report
 * @param key short name of the source, for files that are kept
 * @param entries what is stored
 * @param paraphrases texts that are not stored, each of which means the same as a stored one
 * @param strangers texts that are not stored and are nobody's paraphrase by intent; a few may be by chance
 * @param probes vectors to search for, drawn as the entries' are
 */
public record Corpus(
        String source,
        String key,
        List<Question> entries,
        List<String> paraphrases,
        List<String> strangers,
        List<float[]> probes) {

    /**
     * A text in the server's normal form.
     *
     * @param vector of unit norm
     */
    public record Question(String text, float[] vector) {}

    public Corpus {
        entries = List.copyOf(entries);
        paraphrases = List.copyOf(paraphrases);
        strangers = List.copyOf(strangers);
        probes = List.copyOf(probes);
    }

    /**
     * The real questions of the evaluation data where it is there, else made-up ones.
     *
     * @param entries how many are stored
     */
    public static Corpus load(Workspace workspace, EmbeddingCache vectors, int entries) {
        return EvaluationData.in(workspace.evaluationData())
                .map(data -> RealQuestions.corpus(data, vectors, entries))
                .orElseGet(() -> MadeUpQuestions.corpus(vectors, entries));
    }
}
