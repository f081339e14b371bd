package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.NearTexts.Near;
import java.util.List;

/** One policy at one setting, on its way through one stream. May learn on the way. Not thread-safe. */
interface Trial {
    /** No stored text. */
    int NONE = ProductPolicy.NONE;

    /**
     * Decides on a text that is asked.
     *
     * @param asked number of the text
     * @param stored its neighbours in the cache, nearest first
     * @return the place in the list of the one whose answer is served, or {@link #NONE}
     */
    int choose(int asked, List<Near> stored);

    /**
     * Learns from a miss, which the model answered.
     *
     * @param stored as they were shown before
     * @param nearestServes whether the nearest one's answer would have served
     * @return whether the text shall be found by meaning from now on; by its exact text it is
     */
    default boolean learn(List<Near> stored, boolean nearestServes) {
        return true;
    }
}
