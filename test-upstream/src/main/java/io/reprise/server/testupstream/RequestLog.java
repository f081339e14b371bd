package io.reprise.server.testupstream;

import io.reprise.server.testupstream.Exchange.Ending;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What an upstream received and how its replies ended, with ways to wait for that.
 *
 * <p>Counts are of everything since the start or the last {@link #clear()}; of the requests themselves only the latest are kept
 * ({@link UpstreamOptions#keptRequests()}). The waiting methods block the calling thread, which must be no event loop, and throw
 * {@link AssertionError} when the time is over. Thread-safe.
 */
public final class RequestLog {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int keptRequests;
    private final ArrayDeque<Entry> kept = new ArrayDeque<>();

    private long arrivals;
    private long clearedThrough;
    private int received;
    private int completed;
    private int clientsGone;
    private int cut;
    private int inFlight;
    private int maxInFlight;

    RequestLog(int keptRequests) {
        this.keptRequests = keptRequests;
    }

    /**
     * Numbers at one moment.
     *
     * @param received requests that came in whole
     * @param completed replies that were written in whole
     * @param clientsGone clients that went away before the end of their request or reply
     * @param cut replies that were cut by a fault of their own
     * @param inFlight requests whose head has arrived and whose reply has not ended
     * @param maxInFlight the most that were in flight at one time
     */
    public record Counts(int received, int completed, int clientsGone, int cut, int inFlight, int maxInFlight) {}

    public Counts counts() {
        lock.lock();
        try {
            return snapshot();
        } finally {
            lock.unlock();
        }
    }

    /** The latest requests and what became of them, in the order in which their heads arrived. */
    public List<Exchange> exchanges() {
        lock.lock();
        try {
            return kept.stream()
                    .map(entry -> new Exchange(entry.request, entry.ending))
                    .sorted(Comparator.comparingLong(
                            exchange -> exchange.request().number()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The latest requests, in the order in which their heads arrived. */
    public List<ReceivedRequest> requests() {
        return exchanges().stream().map(Exchange::request).toList();
    }

    /** Forgets all but the requests in flight, of which it counts no more than that they are; their numbers go on. */
    public void clear() {
        lock.lock();
        try {
            kept.clear();
            clearedThrough = arrivals;
            received = 0;
            completed = 0;
            clientsGone = 0;
            cut = 0;
            maxInFlight = inFlight;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until at least this many requests came in whole, and returns {@link #requests()}. */
    public List<ReceivedRequest> awaitRequests(int expected, Duration within) {
        await(expected + " requests", within, counts -> counts.received() >= expected);
        return requests();
    }

    /** Waits until at least this many requests are in flight at one time. */
    public void awaitInFlight(int expected, Duration within) {
        await(expected + " requests in flight", within, counts -> counts.inFlight() >= expected);
    }

    /** Waits until no request is in flight. */
    public void awaitIdle(Duration within) {
        await("no request in flight", within, counts -> counts.inFlight() == 0);
    }

    /** Waits until at least this many replies were written in whole. */
    public void awaitCompleted(int expected, Duration within) {
        await(expected + " complete replies", within, counts -> counts.completed() >= expected);
    }

    /** Waits until at least this many clients went away early. */
    public void awaitClientsGone(int expected, Duration within) {
        await(expected + " clients gone", within, counts -> counts.clientsGone() >= expected);
    }

    /** Waits until the counts are as wished. */
    public void await(String wish, Duration within, Predicate<Counts> fulfilled) {
        Deadline.await(
                lock,
                changed,
                within,
                () -> fulfilled.test(snapshot()),
                () -> wish + ", found " + snapshot() + " " + requests());
    }

    /** The head of a request has arrived. Returns its number. */
    long arrived() {
        lock.lock();
        try {
            inFlight++;
            maxInFlight = Math.max(maxInFlight, inFlight);
            changed.signalAll();
            return ++arrivals;
        } finally {
            lock.unlock();
        }
    }

    /** The body of a request has ended. To be followed by one {@link #ended}. */
    Entry received(ReceivedRequest request) {
        Entry entry = new Entry(request);
        lock.lock();
        try {
            if (request.number() > clearedThrough) {
                received += request.complete() ? 1 : 0;
                keep(entry);
            }
            changed.signalAll();
            return entry;
        } finally {
            lock.unlock();
        }
    }

    void ended(Entry entry, Ending ending) {
        lock.lock();
        try {
            entry.ending = ending;
            inFlight--;
            if (entry.request.number() > clearedThrough) {
                count(ending);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void count(Ending ending) {
        switch (ending) {
            case COMPLETE -> completed++;
            case CLIENT_GONE -> clientsGone++;
            case CUT -> cut++;
            case OPEN -> throw new IllegalArgumentException("ending must not be OPEN");
        }
    }

    private void keep(Entry entry) {
        if (keptRequests == 0) {
            return;
        }
        if (kept.size() == keptRequests) {
            kept.removeFirst();
        }
        kept.addLast(entry);
    }

    private Counts snapshot() {
        return new Counts(received, completed, clientsGone, cut, inFlight, maxInFlight);
    }

    /** A request whose reply may still be on its way; guarded by the log's lock. */
    static final class Entry {
        private final ReceivedRequest request;
        private Ending ending = Ending.OPEN;

        private Entry(ReceivedRequest request) {
            this.request = request;
        }
    }
}
