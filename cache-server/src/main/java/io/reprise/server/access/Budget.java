package io.reprise.server.access;

import io.reprise.server.ledger.PicoDollars;
import java.time.ZoneId;
import java.util.List;

/**
 * What may be spent in each period of a window.
 *
 * @param picoDollars at least 0
 * @param zone whose calendar the window follows
 * @param softPercent shares of it, 1 to 100, ascending, at which somebody is told
 * @param onExceed what becomes of a call that it has no room for
 */
public record Budget(long picoDollars, Window window, ZoneId zone, List<Integer> softPercent, Instead onExceed) {
    /** The most that a budget may be, in US dollars: the sums of money end at nine million. */
    static final long MAX_USD = 9_000_000;

    static final List<Integer> USUAL_MARKS = List.of(80, 95);

    public Budget {
        if (picoDollars < 0 || picoDollars > PicoDollars.parseUsd(Long.toString(MAX_USD))) {
            throw new IllegalArgumentException("must be from 0 to " + MAX_USD + " US dollars");
        }
        if (onExceed instanceof Instead.Clamp) {
            throw new IllegalArgumentException("must be reject or model:NAME");
        }
        softPercent = softPercent.stream().distinct().sorted().toList();
    }

    /** Two budgets with one of these count the same money. */
    String counter() {
        return window.word() + ' ' + zone.getId();
    }
}
