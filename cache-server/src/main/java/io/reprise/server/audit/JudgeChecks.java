package io.reprise.server.audit;

import io.reprise.index.OwnerOnly;
import io.reprise.server.decision.bound.JudgeErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often the last word of a judge, after confirmation, was in error where the truth was known: two answers to one prompt should be the
 * same, answers to prompts that certainly ask for different things should not. Thread-safe.
 *
 * <p>Until enough of both have been seen the rates are assumed, which {@link #errors} says.
 */
public final class JudgeChecks {
    /** Of answers known to be right: to explain alarms away takes many, since only what surely is a false one may be. */
    private static final int MAX_RIGHT = 5_000;
    /** Of answers known to be wrong: nearly each costs a confirmation, and a rate of misses that is known to a percent or two is enough. */
    private static final int MAX_WRONG = 1_000;

    private static final Logger log = LoggerFactory.getLogger(JudgeChecks.class);

    /** Fewer of either kind would leave the rates so uncertain that no bound of use follows. */
    private static final int ENOUGH = 200;
    /** No alarm of an assumed judge is explained away, and one wrong answer in ten is thought to pass it. */
    private static final JudgeErrors ASSUMED = new JudgeErrors.Assumed(0, 0.1);

    /** Version, judge and counts; what was written before there was a version is of the first. */
    private static final Pattern LINE =
            Pattern.compile("(?:1 )?(\\S+) right=(\\d+) false_alarms=(\\d+) wrong=(\\d+) misses=(\\d+)\\s*");

    private final String judge;
    private final @Nullable Path file;
    private JudgeErrors.Measured counts;
    private JudgeErrors.Measured saved;

    private JudgeChecks(String judge, @Nullable Path file, JudgeErrors.Measured counts) {
        this.judge = judge;
        this.file = file;
        this.counts = counts;
        this.saved = counts;
    }

    /**
     * Goes on counting from a file, or from nothing where there is none, or one of another judge.
     *
     * @param judge name of the judge, without spaces
     * @param file null keeps the counts in memory
     */
    public static JudgeChecks open(String judge, @Nullable Path file) {
        var none = new JudgeErrors.Measured(0, 0, 0, 0);
        return new JudgeChecks(judge, file, file == null ? none : read(judge, file, none));
    }

    /** What may be said of the judge now. */
    public synchronized JudgeErrors errors() {
        return counts.right() >= ENOUGH && counts.wrong() >= ENOUGH ? counts : ASSUMED;
    }

    /** Whether another check of this kind would tell anything. */
    public synchronized boolean wants(boolean wrong) {
        return wrong ? counts.wrong() < MAX_WRONG : counts.right() < MAX_RIGHT;
    }

    /** The counts, however few. */
    public synchronized JudgeErrors.Measured counts() {
        return counts;
    }

    /**
     * Adds what the judge said of two answers.
     *
     * @param wrong whether the one is certainly no answer to the other's prompt; otherwise both answer the same prompt
     */
    public synchronized void add(Judgement judgement, boolean wrong) {
        if (counts.checked(judgement != Judgement.SAME, wrong) instanceof JudgeErrors.Measured more) {
            counts = more;
        }
    }

    /** Writes the counts to the file, whole or not at all, when they have changed since. */
    public synchronized void save() {
        JudgeErrors.Measured now = counts;
        if (file == null || now.equals(saved)) {
            return;
        }
        String line = "1 " + judge + " right=" + now.right() + " false_alarms=" + now.falseAlarms() + " wrong="
                + now.wrong() + " misses=" + now.misses() + "\n";
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (OutputStream out = Channels.newOutputStream(OwnerOnly.replace(fresh))) {
                out.write(line.getBytes(StandardCharsets.UTF_8));
            }
            try {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            }
            saved = now;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static JudgeErrors.Measured read(String judge, Path file, JudgeErrors.Measured none) {
        try {
            Matcher line = LINE.matcher(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            if (line.matches() && line.group(1).equals(judge)) {
                return new JudgeErrors.Measured(
                        Long.parseLong(line.group(2)),
                        Long.parseLong(line.group(3)),
                        Long.parseLong(line.group(4)),
                        Long.parseLong(line.group(5)));
            }
            log.warn("{} is of another judge or version, or damaged: its errors are counted anew", file);
        } catch (NoSuchFileException e) {
            log.debug("{} is not there yet", file);
        } catch (IOException | IllegalArgumentException e) {
            log.warn("{} cannot be read ({}): the judge's errors are counted anew", file, e.toString());
        }
        return none;
    }
}
