package io.reprise.server.requests;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongUnaryOperator;

/**
 * Puts calls into the groups of their hours, of which each hour has a bounded number: models are named by callers, who could name many.
 * Past the bound, models and endpoints are counted as {@code other}. Confined to the writing thread, but for the count.
 */
final class HourGroups {
    private static final int MOST = 20_000;
    private static final int HOURS = 3;

    private final LongUnaryOperator known;
    private final Map<Long, Hour> hours = new HashMap<>();
    private final LongAdder folded = new LongAdder();

    /** @param known how many groups an hour has in the file */
    HourGroups(LongUnaryOperator known) {
        this.known = known;
    }

    private record Hour(long known, Set<Group> seen) {}

    /** Totals of calls by group. */
    Map<Group, GroupTotals> totals(List<LoggedCall.Entry> calls) {
        Map<Group, GroupTotals> totals = new HashMap<>();
        for (LoggedCall.Entry call : calls) {
            totals.merge(admitted(Group.of(call)), GroupTotals.of(call), GroupTotals::plus);
        }
        return totals;
    }

    long folded() {
        return folded.sum();
    }

    private Group admitted(Group group) {
        Hour hour = hours.get(group.hour());
        if (hour == null) {
            if (hours.size() >= HOURS) {
                hours.remove(hours.keySet().stream().min(Long::compare).orElseThrow());
            }
            hour = new Hour(known.applyAsLong(group.hour()), new HashSet<>());
            hours.put(group.hour(), hour);
        }
        if (hour.seen().contains(group)) {
            return group;
        }
        if (hour.known() + hour.seen().size() < MOST) {
            hour.seen().add(group);
            return group;
        }
        folded.increment();
        return group.withoutNames();
    }
}
