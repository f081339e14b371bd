package io.reprise.benchmarks.eviction;

import java.util.List;

/** The entries that a simulated cache holds, and who goes. Texts are numbers. */
interface Store {
    /** Adds an entry that is not there, and says which others it displaced, itself possibly among them. */
    List<Integer> add(int text, long now);

    /** Notes that an entry answered. */
    void hit(int text, long now);
}
