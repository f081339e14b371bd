package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.corpus.Prompt;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/** The stream's texts, each with its nearest others, and what the labels say of two. */
final class StreamPairs {
    static final float FLOOR = 0.7f;
    private static final int MOST = 24;

    /** What the labels say of two texts. */
    enum Label {
        SAME,
        DIFFERENT,
        UNKNOWN
    }

    final List<StreamRow> rows;
    /** The number of each row's text. */
    final int[] textOf;

    final List<String> texts = new ArrayList<>();
    final List<StreamRow> rowOf = new ArrayList<>();
    /** Numbers of the texts near each text, nearest first. */
    int[][] near = {};

    float[][] cosines = {};
    private final Set<String> different = new HashSet<>();

    StreamPairs(List<StreamRow> rows, List<Negative> negatives) {
        this.rows = rows;
        this.textOf = new int[rows.size()];
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < textOf.length; i++) {
            String text = Prompt.query(rows.get(i).text()).text();
            Integer number = numbers.putIfAbsent(text, texts.size());
            textOf[i] = number == null ? texts.size() : number;
            if (number == null) {
                texts.add(text);
                rowOf.add(rows.get(i));
            }
        }
        for (Negative negative : negatives) {
            different.add(negative.a() + negative.b());
            different.add(negative.b() + negative.a());
            different.add(negative.classA() + negative.classB());
            different.add(negative.classB() + negative.classA());
        }
    }

    Label label(int a, int b) {
        StreamRow one = rowOf.get(a);
        StreamRow other = rowOf.get(b);
        if (one.classId().equals(other.classId())) {
            return Label.SAME;
        }
        return different.contains(one.id() + other.id()) || different.contains(one.classId() + other.classId())
                ? Label.DIFFERENT
                : Label.UNKNOWN;
    }

    /** Finds the nearest of each, or reads what an earlier run found. */
    void findNear(EmbeddingCache embeddings, Path file) throws IOException {
        int n = texts.size();
        near = new int[n][];
        cosines = new float[n][];
        if (Files.exists(file)) {
            try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
                for (int i = 0; i < n; i++) {
                    near[i] = new int[in.readInt()];
                    cosines[i] = new float[near[i].length];
                    for (int j = 0; j < near[i].length; j++) {
                        near[i][j] = in.readInt();
                        cosines[i][j] = in.readFloat();
                    }
                }
            }
            return;
        }
        float[][] vectors = new float[n][];
        for (int i = 0; i < n; i++) {
            float[] vector = embeddings.comparable(texts.get(i));
            vectors[i] = vector == null ? new float[0] : vector;
        }
        int tile = 256;
        IntStream.range(0, (n + tile - 1) / tile).parallel().forEach(t -> {
            int to = Math.min(n, (t + 1) * tile);
            List<List<long[]>> found = new ArrayList<>();
            for (int i = t * tile; i < to; i++) {
                found.add(new ArrayList<>());
            }
            for (int start = 0; start < n; start += tile) {
                for (int i = t * tile; i < to; i++) {
                    for (int j = start; j < Math.min(n, start + tile); j++) {
                        if (i != j && vectors[i].length > 0 && vectors[j].length > 0) {
                            float cosine = VectorUtil.dotProduct(vectors[i], vectors[j]);
                            if (cosine >= FLOOR) {
                                found.get(i - t * tile).add(new long[] {Float.floatToIntBits(cosine), j});
                            }
                        }
                    }
                }
            }
            for (int i = t * tile; i < to; i++) {
                long[][] list = found.get(i - t * tile).toArray(long[][]::new);
                Arrays.sort(list, (x, y) -> Long.compare(y[0], x[0]));
                int kept = Math.min(MOST, list.length);
                near[i] = new int[kept];
                cosines[i] = new float[kept];
                for (int j = 0; j < kept; j++) {
                    near[i][j] = (int) list[j][1];
                    cosines[i][j] = Float.intBitsToFloat((int) list[j][0]);
                }
            }
        });
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (int i = 0; i < n; i++) {
                out.writeInt(near[i].length);
                for (int j = 0; j < near[i].length; j++) {
                    out.writeInt(near[i][j]);
                    out.writeFloat(cosines[i][j]);
                }
            }
        }
    }
}
