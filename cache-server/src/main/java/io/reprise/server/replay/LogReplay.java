package io.reprise.server.replay;

import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.upstream.Upstreams;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replays a log of prompts through caches of several settings at once.
 *
 * <p>Every line goes through all caches before the next is read. So a log is read once, which a pipe can be, a text is embedded once, and
 * nothing of the log is held in memory but one line and the pairs to report. Confined to one thread, which must not be an event
 * loop's.
 */
public final class LogReplay {
    private static final int BROKEN_NAMED = 5;
    /** After so many lines a log most of which is broken is given up. */
    private static final int LINES_TO_JUDGE = 1_000;

    private static final int MODELS_NAMED = 20;
    private static final String OTHER_MODELS = "(others)";
    private static final Duration PROGRESS = Duration.ofSeconds(5);

    /**
     * How a log is replayed.
     *
     * @param maxLines calls after which it ends
     * @param pairs the most pairs reported of a kind
     * @param model the model of lines that name none, or null
     * @param maxLineBytes the longest line that is read
     * @param maxWrongRate the estimated share of wrong semantic hits that a recommended setting may have, 0 to 1
     */
    public record Options(
            long maxLines, int pairs, @Nullable String model, int maxLineBytes, double maxWrongRate) {}

    private final CachingRules rules;
    private final Upstreams upstreams;
    private final PriceBook prices;
    private final TokenCounter tokens;
    private final Clock clock;
    private final Consumer<String> progress;

    private final List<ReplayReport.BrokenLine> firstBroken = new ArrayList<>();
    private final SortedMap<String, Long> unpricedModels = new TreeMap<>();
    private Bill bill = Bill.EMPTY;
    private long broken;

    /**
     * One replay's parts.
     *
     * @param progress told now and then how far it is
     */
    public LogReplay(
            CachingRules rules,
            Upstreams upstreams,
            PriceBook prices,
            TokenCounter tokens,
            Clock clock,
            Consumer<String> progress) {
        this.rules = rules;
        this.upstreams = upstreams;
        this.prices = prices;
        this.tokens = tokens;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Replays a log; once for each instance.
     *
     * @param log JSON lines, plain or gzip; stays the caller's to close
     * @param name of the log, for the report
     * @param trials at least one, the loosest first
     * @param configured the one of them that the configuration has
     * @throws ReplayException when the log cannot be read, or most of it is no log
     */
    public ReplayReport run(InputStream log, String name, List<Trial> trials, Trial configured, Options options) {
        Instant begun = clock.instant();
        List<TrialRun> runs = trials.stream()
                .map(trial -> new TrialRun(trial, options.pairs()))
                .toList();
        boolean cutShort;
        try {
            cutShort = read(new LogBytes(log, options.maxLineBytes()), runs, options, begun);
        } catch (IOException e) {
            throw new ReplayException("cannot read " + name + " on after " + calls() + " calls (" + e + ")", e);
        }
        if (bill.calls() == 0 || mostIsBroken()) {
            throw new ReplayException(noLog(name));
        }
        var facts = new ReplayReport.Log(name, bill.calls(), broken, firstBroken, unpricedModels, cutShort);
        return new ReplayReport(
                facts,
                bill,
                runs.stream().map(TrialRun::outcome).toList(),
                runs.get(trials.indexOf(configured)).outcome(),
                options.maxWrongRate(),
                Duration.between(begun, clock.instant()));
    }

    /** Reads calls until the log or the limit ends, and says whether it was the limit. */
    private boolean read(LogBytes bytes, List<TrialRun> runs, Options options, Instant begun) throws IOException {
        var lines = new LogLines(rules, upstreams, options.model());
        var costs = new CallCosts(prices, tokens, clock);
        Instant told = begun;
        for (byte[] line = bytes.next(); line != null; line = bytes.next()) {
            if (calls() == options.maxLines()) {
                return true;
            }
            if (bytes.tooLong()) {
                broken(bytes.number(), "has more than " + options.maxLineBytes() + " bytes");
                continue;
            }
            if (isBlank(line)) {
                continue;
            }
            switch (lines.read(line)) {
                case LogLine.Broken(String what) -> broken(bytes.number(), what);
                case LogLine.Asked asked -> asked(bytes.number(), asked, costs.of(asked), runs);
            }
            if (calls() + broken >= LINES_TO_JUDGE && mostIsBroken()) {
                return false;
            }
            Instant now = clock.instant();
            if (Duration.between(told, now).compareTo(PROGRESS) >= 0) {
                told = now;
                long perSecond = calls()
                        * 1000
                        / Math.max(1, Duration.between(begun, now).toMillis());
                progress.accept(String.format(Locale.ROOT, "%,d calls replayed, %,d a second", calls(), perSecond));
            }
        }
        return false;
    }

    private void asked(long line, LogLine.Asked asked, CallCosts.Cost cost, List<TrialRun> runs) {
        bill = bill.plus(cost);
        if (cost.picoDollars().isEmpty()) {
            String model = asked.call().model() == null
                    ? "(none named)"
                    : Excerpt.line(asked.call().model());
            boolean named = unpricedModels.containsKey(model) || unpricedModels.size() < MODELS_NAMED;
            unpricedModels.merge(named ? model : OTHER_MODELS, 1L, Long::sum);
        }
        runs.forEach(run -> run.next(line, asked, cost));
    }

    private void broken(long line, String what) {
        broken++;
        if (firstBroken.size() < BROKEN_NAMED) {
            firstBroken.add(new ReplayReport.BrokenLine(line, Excerpt.line(what)));
        }
    }

    private long calls() {
        return bill.calls();
    }

    private boolean mostIsBroken() {
        return broken > calls();
    }

    private String noLog(String name) {
        if (broken == 0) {
            return name + " has no line; a log has one object of JSON on each";
        }
        ReplayReport.BrokenLine first = firstBroken.getFirst();
        return name + " is no log of prompts: " + broken + " of its first " + (calls() + broken)
                + " lines cannot be read; line " + first.line() + ": " + first.what();
    }

    private static boolean isBlank(byte[] line) {
        for (byte each : line) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }
}
