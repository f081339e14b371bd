package io.reprise.benchmarks.bound;

import io.reprise.server.DecisionWiring;
import io.reprise.server.decision.bound.Published;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.Terms;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.Verdict;
import io.reprise.server.decision.bound.WouldBeHit;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One seeded life of a controller in a scenario, watched by somebody who knows the truth. Not thread-safe. */
final class SimulatedRun {
    /** Would-be hits until an audit's verdict is there. */
    private static final int JUDGE_DELAY = 7;

    private static final int PRINCIPALS = 10;

    /** What a judge's call costs, where a call costs 1: it reads two prompts and two answers, and is a cheaper model. */
    private static final double JUDGING = 0.3;

    /** The published bound and the truth at one moment. */
    record Look(long wouldBe, double bound, double expected, double realised, double cutoff, double auditRate) {}

    /**
     * How a run went.
     *
     * @param covered whether the bound was never below the truth, expected or realised, at any look
     * @param keptSavings share of what served hits have saved that is left after audits
     * @param servedOfOthers hits served to all but the principal that votes against everything
     */
    record Outcome(
            boolean covered,
            long wouldBe,
            long served,
            double wrong,
            long servedSecondHalf,
            double wrongSecondHalf,
            long audits,
            long auditsOfServed,
            long firstShown,
            double shownShareOfLooks,
            int restarts,
            long servedOfOthers,
            long servedOfOthersSecondHalf,
            long wouldBeOfOthers,
            long overCeilingLooks,
            double keptSavings,
            List<Look> looks) {}

    private record Due(long when, Ticket ticket, Verdict verdict, int servedBefore) {}

    private final Scenario scenario;
    private final World world;
    private final Random random;
    private final RiskController controller;
    private final long wouldBeHits;
    private final ArrayDeque<Due> due = new ArrayDeque<>();
    private final List<Look> looks = new ArrayList<>();
    /** Cumulated over served hits; element 0 is 0. */
    private final double[] expected;

    private final int[] realised;

    /** Hits that the bound is over; the others, which could not have been audited, are counted for themselves. */
    private int served;

    private int servedOutside;
    private double wrongOutside;
    private double spent;
    private long audits;
    private long auditsOfServed;
    private boolean covered = true;
    private long firstShown = -1;
    private long shownLooks;
    private long overCeilingLooks;
    private long servedOfOthers;
    private long wouldBeOfOthers;

    SimulatedRun(Scenario scenario, World.Curve before, long wouldBeHits, long seed) {
        this.scenario = scenario;
        this.world = new World(scenario.overconfidence());
        this.random = new Random(seed);
        this.wouldBeHits = wouldBeHits;
        this.expected = new double[(int) wouldBeHits + 1];
        this.realised = new int[(int) wouldBeHits + 1];
        this.controller = RiskController.open(
                scenario.settings(),
                before.prior(DecisionWiring.PRIOR_WEIGHT, scenario.leastExpected()),
                scenario.judge(random),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                new Random(seed ^ 0x5DEECE66DL),
                null);
    }

    Outcome run() {
        int servedFirstHalf = 0;
        double wrongFirstHalf = 0;
        long othersFirstHalf = 0;
        for (long i = 0; i < wouldBeHits; i++) {
            deliver(i);
            if (i == wouldBeHits / 2) {
                servedFirstHalf = served + servedOutside;
                wrongFirstHalf = expected[served] + wrongOutside;
                othersFirstHalf = servedOfOthers;
            }
            one(i, i < wouldBeHits / 2 ? 1 : scenario.drift());
            if (i % 100 == 99 && (i < 10_000 || i % 500 == 499)) {
                look(i + 1);
            }
        }
        int all = served + servedOutside;
        double wrong = expected[served] + wrongOutside;
        return new Outcome(
                covered,
                wouldBeHits,
                all,
                wrong,
                all - servedFirstHalf,
                wrong - wrongFirstHalf,
                audits,
                auditsOfServed,
                firstShown,
                (double) shownLooks / looks.size(),
                controller.published().restarts(),
                servedOfOthers,
                servedOfOthers - othersFirstHalf,
                wouldBeOfOthers,
                overCeilingLooks,
                all == 0 ? 1 : 1 - spent / all,
                looks);
    }

    /** What deciding takes when nobody looks: all would-be hits are made up first. */
    long nanosOfDecisions() {
        WouldBeHit[] hits = new WouldBeHit[1 << 14];
        for (int i = 0; i < hits.length; i++) {
            World.Candidate candidate = world.draw(random, 1);
            hits[i] = new WouldBeHit("p", "default", "e" + i, random.nextLong(), candidate.said(), 1, true, true);
        }
        long start = System.nanoTime();
        for (long i = 0; i < wouldBeHits; i++) {
            Ticket ticket = controller.admit(hits[(int) (i % hits.length)]);
            if (ticket.audit()) {
                controller.audited(ticket, i % 500 == 0 ? Verdict.UNSURE : Verdict.SAME);
            }
        }
        return System.nanoTime() - start;
    }

    private void one(long i, double drift) {
        World.Candidate candidate = world.draw(random, drift);
        int principal = random.nextInt(PRINCIPALS);
        boolean others = principal != 0;
        boolean wrong = random.nextDouble() < candidate.wrong();
        String who = "p" + principal;
        Ticket ticket = controller.admit(
                new WouldBeHit(who, "default", "e" + i, random.nextLong(), candidate.said(), 1, true, isAffordable()));
        if (ticket.served() && ticket.propensity() == 0) {
            servedOutside++;
            wrongOutside += candidate.wrong();
        } else if (ticket.served()) {
            served++;
            expected[served] = expected[served - 1] + candidate.wrong();
            realised[served] = realised[served - 1] + (wrong ? 1 : 0);
        }
        if (others) {
            wouldBeOfOthers++;
            servedOfOthers += ticket.served() ? 1 : 0;
        }
        if (ticket.audit()) {
            audits++;
            spent += JUDGING + (ticket.served() ? 1 : 0);
            auditsOfServed += ticket.served() ? 1 : 0;
            Verdict verdict = scenario.alarm(random, wrong) ? Verdict.DIFFERENT : Verdict.SAME;
            spent += verdict == Verdict.DIFFERENT ? JUDGING : 0;
            due.addLast(new Due(i + JUDGE_DELAY, ticket, verdict, ticket.served() ? served - 1 : served));
        }
        if (scenario.hostile() && principal <= 1 && ticket.served()) {
            controller.feedback(ticket, who, principal == 0);
        }
    }

    /** Whether the dearest audit is within the budget. */
    private boolean isAffordable() {
        return Double.isInfinite(scenario.budget())
                || spent + 1 + 2 * JUDGING <= scenario.budget() * (served + (double) servedOutside);
    }

    private void deliver(long now) {
        while (!due.isEmpty() && due.getFirst().when() <= now) {
            Due next = due.removeFirst();
            controller.audited(next.ticket(), next.verdict());
        }
    }

    private void look(long wouldBe) {
        Published published = controller.published();
        int last = due.isEmpty() ? served : due.getFirst().servedBefore();
        int first = last - (int) published.served();
        double trueShare = 0;
        double realisedShare = 0;
        if (published.served() > 0) {
            trueShare = (expected[last] - expected[first]) / published.served();
            realisedShare = (double) (realised[last] - realised[first]) / published.served();
            covered &= published.bound() >= Math.max(trueShare, realisedShare);
        }
        shownLooks += published.shown() ? 1 : 0;
        overCeilingLooks += published.shown() && trueShare > published.ceiling() ? 1 : 0;
        if (firstShown < 0 && published.terms().reason() == Terms.Reason.AUDITS) {
            firstShown = wouldBe;
        }
        looks.add(new Look(
                wouldBe,
                published.bound(),
                trueShare,
                realisedShare,
                published.terms().cutoff(),
                published.auditRate()));
    }
}
