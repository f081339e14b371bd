package io.reprise.server.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Kills a server at random moments, in the middle of stores, replacements and deletes of several writers, starts it again, and compares
 * all that it holds with all that it had acknowledged. Some kills come while it starts. Entries are kept from round to round.
 *
 * <p>What is random follows from the seed, but for the moments at which the machine really does things. Not thread-safe.
 */
public final class KillRounds {
    private static final int WRITERS = 4;
    private static final int QUESTIONS = 48;
    private static final int START_KILLS_ONE_IN = 5;
    private static final long PATIENCE_SECONDS = 60;
    /** Often, so that kills fall into commits; now and then; and never within a round, so that a start has all to replay. */
    private static final List<String> COMMIT_MILLIS = List.of("20", "200", "30000");
    /** Before each acknowledgement, and in the background. */
    private static final List<String> FSYNC_MILLIS = List.of("0", "1000");

    private final Function<List<String>, ServerProcess> begin;
    private final long longestLoadMillis;
    private final SplittableRandom random;
    private final List<Writer> writers = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Long> readyNanos = new ArrayList<>();
    private int startKills;
    private long checked;

    /**
     * What came of it.
     *
     * @param kills under load
     * @param startKills while the server started
     * @param stores acknowledged
     * @param deletes entries whose deletion was acknowledged
     * @param checked comparisons of an entry, or its absence, with what was acknowledged
     * @param problems whatever was lost, came back or was of another time; empty is right
     * @param readyNanos of each start that was not killed
     */
    public record Report(
            int kills,
            int startKills,
            long stores,
            long deletes,
            long checked,
            List<String> problems,
            List<Long> readyNanos) {
        public Report {
            problems = List.copyOf(problems);
            readyNanos = List.copyOf(readyNanos);
        }
    }

    /**
     * @param begin begins to start the server, always on the same data, with these further arguments
     * @param longestLoadMillis a kill comes at the latest so long after the first acknowledgement of its load, at least 1
     */
    public KillRounds(Function<List<String>, ServerProcess> begin, long longestLoadMillis, long seed) {
        this.begin = begin;
        this.longestLoadMillis = longestLoadMillis;
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new Writer(i, QUESTIONS, random.split()));
        }
    }

    /** Kills it so often under load, telling after each how many kills there were. */
    public Report run(int kills, IntConsumer progress) {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            ServerProcess server = start();
            try {
                for (int kill = 1; kill <= kills; kill++) {
                    loadAndKill(server, new CacheClient(http, server.url()));
                    if (random.nextInt(START_KILLS_ONE_IN) == 0) {
                        killWithinStart();
                    }
                    server = start();
                    compare(new CacheClient(http, server.url()));
                    progress.accept(kill);
                }
            } finally {
                server.close();
            }
        }
        writers.forEach(writer -> problems.addAll(writer.problems()));
        return new Report(
                kills,
                startKills,
                writers.stream().mapToLong(Writer::stores).sum(),
                writers.stream().mapToLong(Writer::deletes).sum(),
                checked,
                problems,
                readyNanos);
    }

    private void loadAndKill(ServerProcess server, CacheClient cache) {
        var acknowledged = new CountDownLatch(1);
        List<Thread> threads = writers.stream()
                .map(writer -> Thread.ofPlatform().daemon().start(() -> writer.write(cache, acknowledged::countDown)))
                .toList();
        // The first write is slow, and slower on a busy machine: a kill before its end would find nothing to lose.
        await(acknowledged);
        pause(random.nextLong(longestLoadMillis));
        server.close();
        threads.forEach(KillRounds::join);
    }

    private void killWithinStart() {
        long usualMillis = TimeUnit.NANOSECONDS.toMillis(readyNanos.getLast());
        ServerProcess starting = begin();
        pause(random.nextLong(usualMillis + 1));
        starting.close();
        startKills++;
    }

    private ServerProcess start() {
        ServerProcess server = begin();
        boolean ready = false;
        try {
            server.awaitReady();
            readyNanos.add(server.readyNanos());
            ready = true;
            return server;
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    private ServerProcess begin() {
        return begin.apply(List.of(
                "--set",
                "index.commit_ms=" + COMMIT_MILLIS.get(random.nextInt(COMMIT_MILLIS.size())),
                "--set",
                "index.fsync_ms=" + FSYNC_MILLIS.get(random.nextInt(FSYNC_MILLIS.size()))));
    }

    private void compare(CacheClient cache) {
        try {
            int held = 0;
            for (Writer writer : writers) {
                for (Question question : writer.questions()) {
                    @Nullable String problem = question.settled(cache.lookup(question.prompt()));
                    if (problem != null) {
                        problems.add(problem);
                    }
                    held += question.isHeld() ? 1 : 0;
                    checked++;
                }
            }
            int listed = cache.listed();
            if (listed != held) {
                problems.add("lookups find " + held + " entries and a listing has " + listed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a server that nobody killed does not answer", e);
        }
    }

    private static void await(CountDownLatch acknowledged) {
        try {
            if (!acknowledged.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no write was acknowledged within " + PATIENCE_SECONDS + " seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The moment of a kill is the very thing that is to be random, so there is no condition to wait for. */
    private static void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
