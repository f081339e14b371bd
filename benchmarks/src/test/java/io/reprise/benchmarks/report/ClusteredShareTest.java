package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusteredShareTest {
    private record Cluster(long count, long of) {}

    @Test
    void clustersOfOne_haveTheBinomialsInterval() {
        Estimate share = share(clusters(1_000, 100, 1));
        double halfWidth = 1.96 * Math.sqrt(0.1 * 0.9 / 1_000);
        assertEquals(0.1, share.value(), 1e-9);
        assertEquals(0.1 - halfWidth, share.low(), 0.004);
        assertEquals(0.1 + halfWidth, share.high(), 0.004);
    }

    /** A thousand members that agree by tens tell as much as a hundred. */
    @Test
    void clustersThatAgree_countAsOneEach() {
        Estimate share = share(clusters(100, 10, 10));
        double halfWidth = 1.96 * Math.sqrt(0.1 * 0.9 / 100);
        assertEquals(0.1, share.value(), 1e-9);
        assertEquals(0.1 - halfWidth, share.low(), 0.012);
        assertEquals(0.1 + halfWidth, share.high(), 0.012);
    }

    @Test
    void largeCluster_countsByItsMembers() {
        assertEquals(0.75, share(List.of(new Cluster(3, 3), new Cluster(0, 1))).value(), 1e-9);
    }

    @Test
    void noneOfSomeClusters_mayStillBeSome() {
        List<Cluster> clusters = List.of(new Cluster(0, 50), new Cluster(0, 50), new Cluster(0, 0));
        assertEquals(new Proportion(0, 2).high(), share(clusters).high(), 1e-9);
    }

    @Test
    void nothing_hasNoShare() {
        assertTrue(Double.isNaN(share(List.of(new Cluster(0, 0))).value()));
    }

    /** So many clusters of a size, in the first of which all have the property. */
    private static List<Cluster> clusters(int clusters, int withProperty, int size) {
        return IntStream.range(0, clusters)
                .mapToObj(i -> new Cluster(i < withProperty ? size : 0, size))
                .toList();
    }

    private static Estimate share(List<Cluster> clusters) {
        return ClusteredShare.of(clusters, Cluster::count, Cluster::of, new SplittableRandom(5));
    }
}
