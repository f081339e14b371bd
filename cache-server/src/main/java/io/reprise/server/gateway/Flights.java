package io.reprise.server.gateway;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Calls under way, by what they have in common: of equal calls at once the first leads and the others follow, so that one answer serves
 * them all. Thread-safe.
 *
 * @param <K> what makes two calls equal
 * @param <T> what a flight lands with
 */
public final class Flights<K, T> {
    private final ConcurrentMap<K, Flight<T>> underWay = new ConcurrentHashMap<>();

    /** Joins the flight with this key, or begins it. Whoever leads has to close it, whatever happens. */
    public Flight.Seat<T> board(K key) {
        while (true) {
            Flight<T> begun = new Flight<>(flight -> underWay.remove(key, flight));
            Flight<T> found = underWay.putIfAbsent(key, begun);
            if (found == null) {
                return begun.lead();
            }
            Flight.Seat<T> seat = found.follow();
            if (seat != null) {
                return seat;
            }
            // It has closed since it was found, and is on its way out of the map.
            underWay.remove(key, found);
        }
    }

    /** Leads a flight that nobody can join. */
    public static <T> Flight.Seat<T> alone() {
        return new Flight<T>(flight -> {}).lead();
    }
}
