package io.reprise.server.doctor;

import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Fingerprint;
import io.reprise.server.protocol.ScopeMask;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Remembers the last misses, and of each in which parts it differs from an earlier one of the same caller that asks the same text. In
 * memory alone. Thread-safe.
 */
public final class Doctor {
    /** Calls that differ in more parts are not alike. */
    private static final int MAX_DIFFERENCES = 3;

    private final int capacity;
    private final Diagnosis diagnosis;
    private final Clock clock;
    private final Deque<Miss> misses = new ArrayDeque<>();

    private record Miss(Instant at, String principal, String text, Parts parts, List<Finding> findings) {}

    /**
     * A miss that differs in few parts from another.
     *
     * @param findings one for each part in which it differs, at least one
     */
    public record Case(Instant at, List<Finding> findings) {
        public Case {
            findings = List.copyOf(findings);
        }

        /** Whether settings are offered for all that differs. */
        public boolean isCurable() {
            return findings.stream().allMatch(finding -> finding.setting() != null);
        }
    }

    /**
     * What is known of the last misses.
     *
     * @param misses how many are remembered
     * @param cases those that differ in few parts from an earlier one, newest first
     */
    public record Report(int misses, List<Case> cases) {
        public Report {
            cases = List.copyOf(cases);
        }
    }

    /**
     * @param capacity misses remembered; 0 remembers none
     * @param kinds masks that may be offered
     */
    public Doctor(int capacity, List<ScopeMask.Kind> kinds, Clock clock) {
        this.capacity = capacity;
        this.diagnosis = new Diagnosis(kinds);
        this.clock = clock;
    }

    /** A call that was looked up and not found. */
    public void missed(CacheQuery query, Call call) {
        if (capacity == 0) {
            return;
        }
        Parts parts = Parts.of(query, call);
        if (parts == null) {
            return;
        }
        var print = new Fingerprint();
        query.texts().forEach(print::text);
        String text = print.hex();
        synchronized (this) {
            List<Finding> findings = findings(query.principal(), text, parts);
            if (misses.size() == capacity) {
                misses.removeFirst();
            }
            misses.addLast(new Miss(clock.instant(), query.principal(), text, parts, findings));
        }
    }

    /** What is known now. */
    public synchronized Report report() {
        List<Case> cases = new ArrayList<>();
        for (Iterator<Miss> newest = misses.descendingIterator(); newest.hasNext(); ) {
            Miss miss = newest.next();
            if (!miss.findings().isEmpty()) {
                cases.add(new Case(miss.at(), miss.findings()));
            }
        }
        return new Report(misses.size(), cases);
    }

    /** How the call differs from the one that is most like it, the newest of those. */
    private List<Finding> findings(String principal, String text, Parts parts) {
        Parts nearest = null;
        List<String> differ = List.of();
        for (Iterator<Miss> newest = misses.descendingIterator(); newest.hasNext(); ) {
            Miss other = newest.next();
            if (other.principal().equals(principal) && other.text().equals(text)) {
                List<String> names = parts.differences(other.parts());
                if (names.isEmpty()) {
                    // The same call, expired or not stored: nothing about its parts explains the miss.
                    return List.of();
                }
                if (nearest == null || names.size() < differ.size()) {
                    nearest = other.parts();
                    differ = names;
                }
            }
        }
        if (nearest == null || differ.size() > MAX_DIFFERENCES) {
            return List.of();
        }
        Parts there = nearest;
        return differ.stream()
                .map(name -> diagnosis.of(name, parts.value(name), there.value(name)))
                .toList();
    }
}
