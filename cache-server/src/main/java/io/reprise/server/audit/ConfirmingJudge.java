package io.reprise.server.audit;

import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.protocol.Answers;
import java.util.List;

/**
 * Judges on this machine, and has the call answered upstream once more before it says that two answers are not the same: a model that is
 * asked twice words its answer anew, sometimes with another choice of what to say, and a cached answer that agrees with either is no
 * wrong one. Thread-safe.
 *
 * <p>Where no second answer is to be had the first judgement stands. To leave the audit out would leave out alarms alone.
 */
public final class ConfirmingJudge implements AuditJudge {
    /** Name and version, without spaces: errors counted for one judge say nothing of another. */
    public static final String ID = "local-2";

    private final AnswerJudge local;

    /** Confirms what this one says. */
    public ConfirmingJudge(AnswerJudge local) {
        this.local = local;
    }

    @Override
    public Finding judge(Comparison pair) {
        Judgement first = local.judge(pair.cached(), pair.fresh());
        if (first == Judgement.SAME) {
            return Finding.free(first);
        }
        Answers.Reading again = pair.again().get();
        Judgement last =
                switch (again) {
                    case Answers.Reading.Whole(var second) -> first.confirmedBy(local.judge(pair.cached(), second));
                    case Answers.Reading.NotKept notKept -> first;
                };
        var usage = again.usage();
        return new Finding(last, usage == null ? List.of() : List.of(new ModelUsage(pair.model(), usage)));
    }
}
