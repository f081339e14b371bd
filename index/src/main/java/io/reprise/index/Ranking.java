package io.reprise.index;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The best few of what resembles a text: the same text first, then the nearest, ties by id. Confined to one thread. */
final class Ranking {

    private final int limit;
    private final Comparator<Neighbour> bestFirst;
    /** The worst on top. */
    private final PriorityQueue<Neighbour> kept;

    Ranking(String text, int limit) {
        this.limit = limit;
        this.bestFirst = Comparator.comparing((Neighbour n) -> !n.text().equals(text))
                .thenComparing(Comparator.comparingDouble(Ranking::nearness).reversed())
                .thenComparing(Neighbour::id);
        this.kept = new PriorityQueue<>(bestFirst.reversed());
    }

    void offer(Neighbour neighbour) {
        kept.add(neighbour);
        if (kept.size() > limit) {
            kept.poll();
        }
    }

    List<Neighbour> best() {
        return kept.stream().sorted(bestFirst).toList();
    }

    /** The cosine, where an entry that has none is the farthest. */
    private static double nearness(Neighbour neighbour) {
        return Float.isNaN(neighbour.cosine()) ? -2 : neighbour.cosine();
    }
}
