package io.reprise.server.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForemostTest {
    private static final Comparator<Pair> LEAST_FIRST = Comparator.comparingDouble(Pair::nearness);

    @Test
    void moreThanFit_keepsTheFirstInOrder() {
        var foremost = new Foremost(LEAST_FIRST, 2);
        List.of(0.9, 0.5, 0.7, 0.6).forEach(p -> foremost.offer(pair("asked " + p, p)));
        assertEquals(
                List.of(0.5, 0.6),
                foremost.inOrder().stream().map(Pair::probability).toList());
    }

    @Test
    void sameTextsAgain_countOnce() {
        var foremost = new Foremost(LEAST_FIRST, 3);
        foremost.offer(pair("a", 0.5));
        foremost.offer(pair("a", 0.5));
        assertEquals(1, foremost.inOrder().size());
    }

    @Test
    void noneAskedFor_holdsNone() {
        var foremost = new Foremost(LEAST_FIRST, 0);
        foremost.offer(pair("a", 0.5));
        assertEquals(List.of(), foremost.inOrder());
    }

    private static Pair pair(String asked, double probability) {
        return new Pair(1, new Excerpt(asked, "stored"), 0.9f, probability, List.of(), null);
    }
}
