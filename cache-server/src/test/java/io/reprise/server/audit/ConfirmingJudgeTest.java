package io.reprise.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.protocol.Answers.Reading;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfirmingJudgeTest {
    private static final Usage USAGE = Usage.of(7, 3, false);

    /** The fresh answer names what is to be said of it. */
    private final ConfirmingJudge judge = new ConfirmingJudge((cached, fresh) -> Judgement.valueOf(fresh.text()));

    @Test
    void sameAnswer_costsNoSecondOne() {
        assertEquals(Finding.free(Judgement.SAME), judged("SAME", () -> fail("asked again")));
    }

    @ParameterizedTest
    @CsvSource({
        "DIFFERENT, DIFFERENT, DIFFERENT",
        "DIFFERENT, SAME, SAME",
        "DIFFERENT, UNSURE, UNSURE",
        "UNSURE, SAME, SAME",
        "UNSURE, DIFFERENT, UNSURE",
        "UNSURE, UNSURE, UNSURE"
    })
    void alarm_standsOnlyBesideASecondOne(String first, String second, Judgement last) {
        Finding found = judged(first, () -> new Reading.Whole(Completion.ofText(second, null, USAGE)));

        assertEquals(new Finding(last, List.of(new ModelUsage("gpt-4o", USAGE))), found);
    }

    @Test
    void alarmWithoutASecondAnswer_stands() {
        assertEquals(Finding.free(Judgement.DIFFERENT), judged("DIFFERENT", Comparison::unreachable));
    }

    @Test
    void answerThatCannotBeRead_isPaidAllTheSame() {
        Finding found = judged("DIFFERENT", () -> new Reading.NotKept("incomplete", null, USAGE));

        assertEquals(new Finding(Judgement.DIFFERENT, List.of(new ModelUsage("gpt-4o", USAGE))), found);
    }

    private Finding judged(String first, Supplier<Reading> again) {
        return judge.judge(new Comparison(
                "q",
                Completion.ofText("cached", null, null),
                "q",
                Completion.ofText(first, null, null),
                "gpt-4o",
                again));
    }
}
