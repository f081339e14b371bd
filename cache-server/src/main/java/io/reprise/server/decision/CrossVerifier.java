package io.reprise.server.decision;

import io.reprise.server.decision.guard.Reading;
import io.reprise.server.decision.guard.SameWords;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The {@link Verifier} that reads: what a {@link CrossReader} makes of both prompts at once, with their cosine, as one
 * calibrated probability. {@code docs/verifier.md} says how good it is.
 *
 * <p>Candidates are read from the nearest on: until one is sure, none of the rest can reach the cut-off whatever the
 * reader says, or the most that one decision may read is read. What a guard forbids is not read. The same words typed
 * otherwise ({@link SameWords}) need no reading. What is not read has no probability and does not serve.
 *
 * <p>When the reader fails, the rest is not read. Immutable.
 */
public final class CrossVerifier implements Verifier {
    /** How many candidates of one decision are read at most: each costs as much as embedding both prompts. */
    public static final int MOST_READ = 3;

    /** What the model learned says little of prompts that differ only in how they are typed; guards have seen the rest. */
    private static final double SAME_WORDS = 0.999;

    private final CrossReader reader;
    private final CrossCalibration calibration;
    private final double sure;
    private final Consumer<RuntimeException> failed;

    /**
     * Puts one together.
     *
     * @param sure the probability from which no other candidate is looked for; more than 1 where none is enough
     * @param failed hears of each decision in which the reader failed; thread-safe
     */
    public CrossVerifier(
            CrossReader reader, CrossCalibration calibration, double sure, Consumer<RuntimeException> failed) {
        this.reader = reader;
        this.calibration = calibration;
        this.sure = sure;
        this.failed = failed;
    }

    @Override
    public List<Candidate> judged(String asked, List<Candidate> candidates, double cutoff) {
        List<Candidate> judged = new ArrayList<>(candidates);
        try {
            read(asked, judged, cutoff);
        } catch (RuntimeException e) {
            failed.accept(e);
        }
        return judged;
    }

    private void read(String asked, List<Candidate> judged, double cutoff) {
        CrossReader.About about = null;
        Reading askedReading = Reading.of(asked);
        int read = 0;
        for (int i = 0; i < judged.size(); i++) {
            Candidate candidate = judged.get(i);
            if (candidate.probability() != null || !candidate.vetoes().isEmpty()) {
                continue;
            }
            Reading stored = Reading.of(candidate.text());
            if (SameWords.in(askedReading, stored)) {
                judged.set(i, candidate.withProbability(SAME_WORDS));
                return;
            }
            // The nearest of those left: the others can be no likelier.
            if (read == MOST_READ || calibration.most(candidate.cosine()) < cutoff) {
                return;
            }
            if (about == null) {
                about = reader.about(asked);
            }
            double probability = calibration.probability(
                    about.logOdds(candidate.text()),
                    candidate.cosine(),
                    askedReading.isForeign() || stored.isForeign());
            judged.set(i, candidate.withProbability(probability));
            if (probability >= Math.max(cutoff, sure)) {
                return;
            }
            read++;
        }
    }
}
