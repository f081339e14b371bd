package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.report.Proportion;

/**
 * What became of the rows of a stream.
 *
 * @param rows all of them
 * @param seen rows that an ideal cache would have hit
 * @param reworded rows among them whose text came for the first time, which an ideal cache would have hit by meaning
 * @param exact hits on an equal text
 * @param right semantic hits in the same class
 * @param surelyWrong semantic hits on a text labelled as different
 * @param wrongByClosure semantic hits in a class labelled as different
 * @param unknown semantic hits that no label tells about
 */
record Tally(
        long rows,
        long seen,
        long reworded,
        long exact,
        long right,
        long surelyWrong,
        long wrongByClosure,
        long unknown) {
    static final Tally EMPTY = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

    long semantic() {
        return right + surelyWrong + wrongByClosure + unknown;
    }

    /** Semantic hits that are wrong as far as labels tell. */
    long wrong() {
        return surelyWrong + wrongByClosure;
    }

    /** Adds a row that is asked. */
    Tally row(boolean classSeen, boolean textSeen) {
        return new Tally(
                rows + 1,
                seen + (classSeen ? 1 : 0),
                reworded + (classSeen && !textSeen ? 1 : 0),
                exact,
                right,
                surelyWrong,
                wrongByClosure,
                unknown);
    }

    Tally exactHit() {
        return new Tally(rows, seen, reworded, exact + 1, right, surelyWrong, wrongByClosure, unknown);
    }

    Tally semanticHit(Judge.Verdict verdict) {
        return switch (verdict) {
            case RIGHT -> new Tally(rows, seen, reworded, exact, right + 1, surelyWrong, wrongByClosure, unknown);
            case SURELY_WRONG ->
                new Tally(rows, seen, reworded, exact, right, surelyWrong + 1, wrongByClosure, unknown);
            case WRONG_BY_CLOSURE ->
                new Tally(rows, seen, reworded, exact, right, surelyWrong, wrongByClosure + 1, unknown);
            case UNKNOWN -> new Tally(rows, seen, reworded, exact, right, surelyWrong, wrongByClosure, unknown + 1);
        };
    }

    /**
     * Right semantic hits as a share of those an ideal cache has. A text that was served by meaning was not stored, so that it may be
     * served by meaning again: in principle the share could pass 1, and is held there.
     */
    Proportion ofOracle() {
        return new Proportion(Math.min(right, reworded), reworded);
    }

    /** Right hits, exact ones among them, as a share of the rows that an ideal cache hits. */
    Proportion allOfOracle() {
        return new Proportion(Math.min(exact + right, seen), seen);
    }

    /** Wrong semantic hits as a share of those that labels tell about. */
    Proportion wrongOfJudged() {
        return new Proportion(wrong(), right + wrong());
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
