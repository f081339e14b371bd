package io.reprise.benchmarks.corpus;

import io.reprise.benchmarks.corpus.Corpus.Question;
import io.reprise.index.Entry;
import io.reprise.index.EntryFilter;
import io.reprise.index.IndexException;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.prompt.CacheQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A server's data folder that holds a corpus with its vectors, made once and kept. */
public final class PreparedData {
    private static final Duration LIFE = Duration.ofDays(3650);
    /** Less of a processor than this within a period means that nothing goes on. */
    private static final Duration IDLE = Duration.ofMillis(300);

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final int MAX_PERIODS = 360;
    private static final String DONE = "prepared";

    private PreparedData() {}

    /**
     * The folder that holds a corpus, filled now if it is not there or is of another format. Takes about a minute for each 100,000
     * entries then.
     */
    public static Path of(Workspace workspace, Corpus corpus, IndexOptions options, Clock clock) {
        Path folder = workspace
                .scratch()
                .resolve("data-%s-%d".formatted(corpus.key(), corpus.entries().size()));
        if (!holds(folder, corpus, options, clock)) {
            delete(folder);
            fill(folder, corpus, options, clock);
        }
        return folder;
    }

    /** The index in a data folder. */
    public static LuceneIndex open(Path folder, IndexOptions options, Clock clock) {
        return LuceneIndex.open(folder.resolve("index"), options, clock);
    }

    /** Copies a folder, so that a server may write to it. */
    public static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + from, e);
        }
    }

    /** Deletes a folder with all in it, if it is there. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    private static boolean holds(Path folder, Corpus corpus, IndexOptions options, Clock clock) {
        if (!Files.exists(folder.resolve(DONE))) {
            return false;
        }
        try (LuceneIndex index = open(folder, options, clock)) {
            long now = clock.millis();
            // Keys change with the rules that make them.
            String first = Prompt.query(corpus.entries().getFirst().text()).id();
            String last = Prompt.query(corpus.entries().getLast().text()).id();
            return index.count(EntryFilter.ofPrincipal(null), now)
                            == corpus.entries().size()
                    && index.get(first, now).isPresent()
                    && index.get(last, now).isPresent();
        } catch (IndexException e) {
            System.err.println("filling " + folder + " again: " + e.getMessage());
            return false;
        }
    }

    private static void fill(Path folder, Corpus corpus, IndexOptions options, Clock clock) {
        List<Question> entries = corpus.entries();
        System.err.printf("filling %s with %,d entries ...%n", folder, entries.size());
        try (LuceneIndex index = open(folder, options.withCommitInterval(Duration.ofSeconds(1)), clock)) {
            for (int i = 0; i < entries.size(); i++) {
                index.put(
                        entry(entries.get(i).text(), i, clock.millis()),
                        entries.get(i).vector());
            }
            awaitIdle();
        }
        try {
            Files.writeString(folder.resolve(DONE), corpus.source());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #awaitIdle(Duration)}, for indexes that tidy up in a moment. */
    public static void awaitIdle() {
        awaitIdle(PERIOD);
    }

    /**
     * Waits until the indexes of this process have merged what they want to merge, as those do that are not being filled: until it computes
     * nothing for this long.
     */
    public static void awaitIdle(Duration quiet) {
        ProcessHandle self = ProcessHandle.current();
        long needed = Math.ceilDiv(quiet.toMillis(), PERIOD.toMillis());
        long idle = 0;
        for (int period = 0; period < MAX_PERIODS && idle < needed; period++) {
            Duration before = self.info().totalCpuDuration().orElse(Duration.ZERO);
            LockSupport.parkNanos(PERIOD.toNanos());
            Duration busy = self.info().totalCpuDuration().orElse(Duration.ZERO).minus(before);
            idle = busy.compareTo(IDLE) < 0 ? idle + 1 : 0;
        }
    }

    private static Entry entry(String text, int number, long now) {
        CacheQuery query = Prompt.query(text);
        return new Entry(
                query.id(),
                query.scope(),
                query.principal(),
                query.namespace(),
                query.model(),
                query.text(),
                StoredAnswers.payload(number),
                List.of(),
                now,
                now + LIFE.toMillis());
    }
}
