package io.reprise.server.replay;

import io.reprise.server.ledger.PicoDollars;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sentences and numbers that both forms of the report share. Plain text, not escaped. */
final class Words {
    private Words() {}

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String percent(long part, long whole) {
        return percent(whole == 0 ? 0 : (double) part / whole);
    }

    /** Whole cents from a dollar up; below, two digits that are not zero. */
    static String dollars(long picoDollars) {
        BigDecimal exact = new BigDecimal(PicoDollars.toUsd(picoDollars));
        int digits = exact.signum() == 0 || exact.compareTo(BigDecimal.ONE) >= 0
                ? 2
                : Math.max(2, exact.scale() - exact.precision() + 2);
        return "$" + exact.setScale(digits, RoundingMode.HALF_UP).toPlainString();
    }

    static String duration(Duration took) {
        return took.toMinutes() > 0
                ? took.toMinutes() + " min " + took.toSecondsPart() + " s"
                : String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1e3);
    }

    /** What calls cost, with what is not known of it. */
    static String cost(Bill bill) {
        var cost = new StringBuilder(bill.unknown() ? "unknown" : dollars(bill.picoDollars()));
        cost.append(
                String.format(Locale.ROOT, "; %,d + %,d tokens in and out", bill.inputTokens(), bill.outputTokens()));
        if (bill.unpriced() > 0 && !bill.unknown()) {
            cost.append(String.format(Locale.ROOT, "; without %,d calls of unknown price", bill.unpriced()));
        }
        if (bill.withoutAnswer() > 0) {
            cost.append(String.format(
                    Locale.ROOT,
                    "; of %,d calls the log has no answer and no usage: their prompt alone",
                    bill.withoutAnswer()));
        }
        return cost.toString();
    }

    /** What a setting saves. */
    static String saved(ReplayReport report, Outcome outcome) {
        if (outcome.saved().calls() == 0) {
            return "nothing: no hits";
        }
        long whole = report.bill().picoDollars();
        String share = whole == 0 ? "" : percent(outcome.saved().picoDollars(), whole) + " of the cost: ";
        return share + cost(outcome.saved());
    }

    static String wrong(Outcome outcome) {
        return outcome.semanticHits() == 0
                ? "nothing estimated: no semantic hits"
                : String.format(
                        Locale.ROOT,
                        "%s of the semantic hits, %.1f of %,d, as the policy's calibration estimates; not measured on this log",
                        percent(outcome.estimatedWrongRate()),
                        outcome.expectedWrong(),
                        outcome.semanticHits());
    }

    static String agreements(Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "of %,d hits with both answers in the log, %,d have the same letters and numbers, %,d say it in other"
                        + " words, %,d differ more",
                outcome.compared(),
                outcome.agreed(Agreement.SAME),
                outcome.agreed(Agreement.REWORDED),
                outcome.agreed(Agreement.DIFFERENT));
    }

    static List<String> facts(Pair pair) {
        List<String> facts = new ArrayList<>();
        facts.add(String.format(Locale.ROOT, "similarity %.3f", pair.similarity()));
        if (pair.probability() != null) {
            facts.add(String.format(Locale.ROOT, "confidence %.3f", pair.probability()));
        }
        if (!pair.vetoes().isEmpty()) {
            facts.add("vetoed by " + String.join(" and ", pair.vetoes()));
        }
        if (pair.agreement() != null) {
            facts.add("answers " + word(pair.agreement()));
        }
        return facts;
    }

    static String word(Agreement agreement) {
        return switch (agreement) {
            case SAME -> "the same";
            case REWORDED -> "in other words";
            case DIFFERENT -> "different";
        };
    }

    static List<String> recommendation(ReplayReport report) {
        Outcome best = report.recommended();
        String asked = percent(report.askedWrongRate());
        if (best != null) {
            List<String> lines = new ArrayList<>(List.of(
                    best.estimatedWrongRate() <= report.askedWrongRate()
                            ? "Recommended, as the loosest tried whose estimate of wrong hits is at most " + asked + ":"
                            : "Recommended, as its calibration expects at most " + asked
                                    + " of its hits by meaning to be wrong over many calls:",
                    "  " + best.setting().yaml(),
                    "  hits " + percent(best.hitRate()) + ", estimated wrong " + percent(best.estimatedWrongRate())
                            + " of the semantic hits"));
            if (best.semanticHits() < ReplayReport.FEW_HITS) {
                lines.add(
                        "  It had " + best.semanticHits() + " semantic hits: too few to rely on. Replay a longer log.");
            }
            return lines;
        }
        if (!report.anySemanticHit()) {
            return List.of("No setting tried had a semantic hit: this log repeats itself exactly or not at all.");
        }
        return List.of(
                "No setting tried stays at or under " + asked + " by estimate.",
                "Answer the exact same prompt only (x-reprise-mode: exact), or accept more with --max-wrong-rate.");
    }
}
