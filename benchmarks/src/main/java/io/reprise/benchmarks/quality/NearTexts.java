package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.report.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * For each of a list of texts all others whose cosine reaches a floor, nearest first, found by comparing every two.
 *
 * <p>What a cache holds when a question comes depends on every earlier decision, so each policy sees other candidates. All it can
 * ever see above its floor is here, though: a replay filters this list by what is stored, and is exact without a search of its own.
 * Immutable.
 */
final class NearTexts {
    /** Vectors that stay in a core's cache while others pass by. */
    private static final int TILE = 256;

    /**
     * Another text.
     *
     * @param text its number
     * @param cosine of the two
     * @param place in the list of all that are near, 0 for the nearest
     */
    record Near(int text, float cosine, int place) {}

    private record Found(int text, float cosine) {}

    private final float floor;
    private final Near[][] near;

    private NearTexts(float floor, Near[][] near) {
        this.floor = floor;
        this.near = near;
    }

    /**
     * Compares every two vectors, on all cores.
     *
     * @param vectors of unit norm; null for a text that is near to none
     */
    static NearTexts of(List<float @Nullable []> vectors, float floor, Progress progress) {
        progress.phase("comparing every two texts", vectors.size());
        int tiles = (vectors.size() + TILE - 1) / TILE;
        Near[][] near = new Near[vectors.size()][];
        IntStream.range(0, tiles).parallel().forEach(tile -> {
            int from = tile * TILE;
            int to = Math.min(vectors.size(), from + TILE);
            List<List<Found>> found = new ArrayList<>();
            IntStream.range(from, to).forEach(text -> found.add(new ArrayList<>()));
            for (int start = 0; start < vectors.size(); start += TILE) {
                for (int text = from; text < to; text++) {
                    float[] vector = vectors.get(text);
                    if (vector != null) {
                        compare(text, vector, vectors, start, floor, found.get(text - from));
                    }
                }
            }
            for (int text = from; text < to; text++) {
                near[text] = sorted(found.get(text - from));
            }
            progress.step(to - from);
        });
        return new NearTexts(floor, near);
    }

    /** The cosine from which texts are listed. */
    float floor() {
        return floor;
    }

    /** All texts near to one, nearest first. */
    List<Near> to(int text) {
        return Collections.unmodifiableList(Arrays.asList(near[text]));
    }

    /** How many texts there are. */
    int texts() {
        return near.length;
    }

    private static Near[] sorted(List<Found> found) {
        found.sort((a, b) -> Float.compare(b.cosine(), a.cosine()));
        Near[] list = new Near[found.size()];
        for (int place = 0; place < list.length; place++) {
            list[place] = new Near(found.get(place).text(), found.get(place).cosine(), place);
        }
        return list;
    }

    private static void compare(
            int text, float[] vector, List<float @Nullable []> vectors, int from, float floor, List<Found> found) {
        int to = Math.min(vectors.size(), from + TILE);
        for (int other = from; other < to; other++) {
            float[] otherVector = vectors.get(other);
            if (otherVector != null && other != text) {
                float cosine = Math.clamp(VectorUtil.dotProduct(vector, otherVector), -1f, 1f);
                if (cosine >= floor) {
                    found.add(new Found(other, cosine));
                }
            }
        }
    }
}
