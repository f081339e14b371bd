package io.reprise.server.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One import under way: takes bytes as they come and stores line after line, each before it looks at the next, so that whoever sends is
 * slowed to the pace of the store and all but one of the cores are left to lookups.
 *
 * <p>Confined to one virtual thread. A fault of the store itself, and not of a line, ends the import with that exception; the same
 * lines can be sent again, because what is there already is passed over.
 */
public final class Import {
    private static final int MAX_PROBLEMS = 20;
    private static final int MAX_PROBLEM_CHARS = 400;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final SemanticCache cache;
    private final Imports.Finish finish;
    private final EntryLines entries;
    private final PairLines pairs;
    private final Importer importer;
    private final int maxLineBytes;
    private final LineSplitter lines;
    private final List<ImportReport.Problem> problems = new ArrayList<>();
    private long number;
    private long imported;
    private long skipped;
    private long failed;
    private boolean over;
    /** Entries since the head of an export, or -1 outside one. */
    private long sinceHead = -1;

    Import(
            SemanticCache cache,
            Imports.Finish finish,
            EntryLines entries,
            PairLines pairs,
            Importer importer,
            int maxLineBytes) {
        this.cache = cache;
        this.finish = finish;
        this.entries = entries;
        this.pairs = pairs;
        this.importer = importer;
        this.maxLineBytes = maxLineBytes;
        this.lines = new LineSplitter(maxLineBytes, this::line);
    }

    /** Takes the next bytes; returns when the lines that they complete are stored. */
    public void feed(byte[] bytes) {
        lines.feed(bytes);
    }

    /** Whether no more is wanted. */
    public boolean isOver() {
        return over;
    }

    /** Takes what was left without an end of line, and tells what came of it all. */
    public ImportReport finish() {
        lines.end();
        if (!over && sinceHead >= 0) {
            fail("the export ends before its end marker: it is torn");
        }
        return new ImportReport(imported, skipped, failed, problems);
    }

    private void line(byte[] bytes, boolean tooLong) {
        number++;
        byte[] line = number == 1 ? withoutMark(bytes) : bytes;
        if (over || (!tooLong && isBlank(line))) {
            return;
        }
        try {
            if (tooLong) {
                throw new BadLineException("is longer than " + maxLineBytes + " bytes");
            }
            take(StrictJson.parseObject(line));
        } catch (MalformedRequestException e) {
            fail(String.valueOf(e.getMessage()).replace("the body", "the line"));
        } catch (BadLineException | IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private void take(ObjectNode body) {
        if (body.has(Exports.HEAD)) {
            head(body.path(Exports.HEAD));
        } else if (body.has(Exports.END)) {
            end(body.path(Exports.END).path(Exports.ENTRIES));
        } else if (body.has("scope")) {
            sinceHead += sinceHead >= 0 ? 1 : 0;
            entry(entries.read(body, importer));
        } else {
            pair(pairs.read(body, importer));
        }
    }

    private void head(JsonNode version) {
        if (version.asInt() != Exports.VERSION) {
            throw new BadLineException("is of another version than " + Exports.VERSION);
        }
        boolean torn = sinceHead >= 0;
        sinceHead = 0;
        if (torn) {
            throw new BadLineException("another export begins before the end marker of the one before: that is torn");
        }
    }

    private void end(JsonNode count) {
        long seen = sinceHead;
        sinceHead = -1;
        if (seen >= 0 && count.asLong(-1) != seen) {
            throw new BadLineException("the export had another number of entries than the " + seen + " that came");
        }
    }

    private void entry(EntryLines.Line line) {
        switch (Future.await(cache.restore(line.entry(), line.byMeaning(), line.vector()))) {
            case STORED -> imported++;
            case KEPT, EXPIRED -> skipped++;
        }
    }

    private void pair(PairLines.Pair pair) {
        Future.await(cache.store(
                pair.query(),
                () -> finish.completed(pair.completion(), pair.query()),
                new StoreOptions(pair.ttl(), pair.tags(), null)));
        imported++;
    }

    private void fail(String why) {
        failed++;
        over |= importer.strict();
        if (problems.size() < MAX_PROBLEMS) {
            String told = why.length() > MAX_PROBLEM_CHARS ? why.substring(0, MAX_PROBLEM_CHARS) + "..." : why;
            problems.add(new ImportReport.Problem(number, told));
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte each : line) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }

    private static byte[] withoutMark(byte[] line) {
        int mark = BYTE_ORDER_MARK.length;
        boolean marked = line.length >= mark && Arrays.equals(line, 0, mark, BYTE_ORDER_MARK, 0, mark);
        return marked ? Arrays.copyOfRange(line, mark, line.length) : line;
    }
}
