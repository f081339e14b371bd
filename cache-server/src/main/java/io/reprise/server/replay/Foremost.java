package io.reprise.server.replay;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/** The pairs that come first in an order, each two texts once. Holds as many as are asked for. Confined to one thread. */
final class Foremost {
    private final Comparator<Pair> order;
    private final int most;
    private final PriorityQueue<Pair> worstFirst;
    private final Set<Excerpt> held = new HashSet<>();

    Foremost(Comparator<Pair> order, int most) {
        this.order = order.thenComparing(Pair::line);
        this.most = most;
        this.worstFirst = new PriorityQueue<>(this.order.reversed());
    }

    void offer(Pair pair) {
        if (most == 0 || held.contains(pair.texts())) {
            return;
        }
        if (worstFirst.size() == most) {
            Pair worst = worstFirst.element();
            if (order.compare(pair, worst) >= 0) {
                return;
            }
            worstFirst.remove();
            held.remove(worst.texts());
        }
        worstFirst.add(pair);
        held.add(pair.texts());
    }

    List<Pair> inOrder() {
        return worstFirst.stream().sorted(order).toList();
    }
}
