package io.reprise.server.http;

import io.reprise.server.reply.Problem;
import java.util.HashMap;
import java.util.Map;

/**
 * Room for imports, or for exports: so many at once, and no more of one principal than a part of them, so that nobody
 * takes all of it.
 * Thread-safe.
 */
final class TransferPlaces {
    private final int atOnce;
    private final int ofOne;
    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    TransferPlaces(int atOnce, int ofOne) {
        this.atOnce = atOnce;
        this.ofOne = ofOne;
    }

    /**
     * Runs a transfer in a place of its principal's.
     *
     * @throws Problem when there is none
     */
    void in(String principal, Runnable transfer) {
        take(principal);
        try {
            transfer.run();
        } finally {
            give(principal);
        }
    }

    private synchronized void take(String principal) {
        int own = taken.getOrDefault(principal, 0);
        if (all >= atOnce || own >= ofOne) {
            throw Problem.overloaded();
        }
        taken.put(principal, own + 1);
        all++;
    }

    private synchronized void give(String principal) {
        taken.computeIfPresent(principal, (name, own) -> own == 1 ? null : own - 1);
        all--;
    }
}
