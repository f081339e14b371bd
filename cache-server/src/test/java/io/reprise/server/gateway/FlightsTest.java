package io.reprise.server.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cache.Waiting;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FlightsTest {
    private final Flights<String, String> flights = new Flights<>();

    @Test
    void firstOfAKey_leadsAndTheNextFollows() {
        Flight.Seat<String> first = flights.board("a");
        Flight.Seat<String> second = flights.board("a");
        assertTrue(first.leads());
        assertFalse(second.leads());
        assertSame(first.flight(), second.flight());
    }

    @Test
    void otherKey_isAnotherFlight() {
        assertNotSame(flights.board("a").flight(), flights.board("b").flight());
    }

    @Test
    void landing_isEverybodys() {
        Flight.Seat<String> leader = flights.board("a");
        Flight.Seat<String> follower = flights.board("a");
        leader.flight().land("answer");
        assertEquals(Optional.of("answer"), Waiting.result(follower.flight().landing()));
    }

    @Test
    void landedFlight_isJoinedUntilItCloses() {
        Flight.Seat<String> leader = flights.board("a");
        leader.flight().land("answer");
        assertFalse(flights.board("a").leads());
        leader.flight().close();
        assertTrue(flights.board("a").leads());
    }

    @Test
    void flightThatClosesWithoutLanding_tellsItsFollowers() {
        Flight.Seat<String> leader = flights.board("a");
        Flight.Seat<String> follower = flights.board("a");
        leader.flight().close();
        assertEquals(Optional.empty(), Waiting.result(follower.flight().landing()));
    }

    @Test
    void flight_isDesertedWhenTheLastHasLeft() {
        Flight.Seat<String> leader = flights.board("a");
        Flight.Seat<String> follower = flights.board("a");
        leader.leave();
        assertFalse(leader.flight().deserted().isComplete());
        follower.leave();
        assertTrue(leader.flight().deserted().isComplete());
    }

    @Test
    void leavingTwice_isLeavingOnce() {
        Flight.Seat<String> leader = flights.board("a");
        flights.board("a");
        leader.leave();
        leader.leave();
        assertFalse(leader.flight().deserted().isComplete());
    }

    @Test
    void desertedFlight_isNotJoined() {
        flights.board("a").leave();
        assertTrue(flights.board("a").leads());
    }

    @Test
    void flightAlone_isNotJoined() {
        Flight.Seat<String> alone = Flights.alone();
        assertTrue(alone.leads());
        alone.leave();
        assertTrue(alone.flight().deserted().isComplete());
    }

    /** Each flight has one leader, whatever the order in which callers come while flights end. */
    @Test
    void manyAtOnce_areLedByOneAtATime() throws InterruptedException, ExecutionException {
        var leading = new AtomicInteger();
        Callable<Integer> caller = () -> {
            int led = 0;
            for (int call = 0; call < 20_000; call++) {
                Flight.Seat<String> seat = flights.board("a");
                if (seat.leads()) {
                    led++;
                    assertEquals(1, leading.incrementAndGet());
                    leading.decrementAndGet();
                    seat.flight().land("answer");
                    seat.flight().close();
                } else {
                    assertEquals(
                            Optional.of("answer"), Waiting.result(seat.flight().landing()));
                }
            }
            return led;
        };
        int led = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> calls : threads.invokeAll(Collections.nCopies(8, caller))) {
                led += calls.get();
            }
        }
        assertTrue(led > 0 && led <= 160_000, "led " + led);
    }
}
