package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.report.Proportion;

/**
 * What became of the rows of a stream.
 *
 * @param rows all of them
 * @param seen rows that an ideal cache would have hit
 * @param exact hits on an equal text
 * @param right semantic hits in the same class
 * @param surelyWrong semantic hits on a text labelled as different
 * @param wrongByClosure semantic hits in a class labelled as different
 * @param unknown semantic hits that no label tells about
 */
record Tally(long rows, long seen, long exact, long right, long surelyWrong, long wrongByClosure, long unknown) {
    static final Tally EMPTY = new Tally(0, 0, 0, 0, 0, 0, 0);

    long semantic() {
        return right + surelyWrong + wrongByClosure + unknown;
    }

    Tally row(boolean classSeen) {
        return new Tally(rows + 1, seen + (classSeen ? 1 : 0), exact, right, surelyWrong, wrongByClosure, unknown);
    }

    Tally exactHit() {
        return new Tally(rows, seen, exact + 1, right, surelyWrong, wrongByClosure, unknown);
    }

    Tally semanticHit(Judge.Verdict verdict) {
        return switch (verdict) {
            case RIGHT -> new Tally(rows, seen, exact, right + 1, surelyWrong, wrongByClosure, unknown);
            case SURELY_WRONG -> new Tally(rows, seen, exact, right, surelyWrong + 1, wrongByClosure, unknown);
            case WRONG_BY_CLOSURE -> new Tally(rows, seen, exact, right, surelyWrong, wrongByClosure + 1, unknown);
            case UNKNOWN -> new Tally(rows, seen, exact, right, surelyWrong, wrongByClosure, unknown + 1);
        };
    }

    /** Share of all rows. */
    Proportion ofRows(long count) {
        return new Proportion(count, rows);
    }

    /** Share of the semantic hits. */
    Proportion ofSemantic(long count) {
        return new Proportion(count, semantic());
    }
}
