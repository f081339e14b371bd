package io.reprise.server.opinion;

import io.reprise.server.audit.AuditBudget;
import io.reprise.server.audit.JudgeModel;
import io.reprise.server.decision.Opinion;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a chat model of the operator's whether the answer to one prompt serves another. Thread-safe; fails no call.
 *
 * <p>It is asked in both orders, the second time only after a yes, and both must say yes: models lean towards what they read first (L. Zheng
 * et al., Judging LLM-as-a-Judge, 2023, section 3.3). Who asks waits for a bounded time. What is said later is kept
 * all the same, for the next who asks. Nothing that is said here moves any cut-off.
 */
public final class SecondOpinions {
    /** Answer tokens of one reply: five names and booleans. */
    public static final int ANSWER_TOKENS = 96;

    private static final Logger log = LoggerFactory.getLogger(SecondOpinions.class);

    /** Of both prompts: some 4,000 tokens, which a small model reads in time. */
    private static final int MAX_CHARACTERS = 16_000;

    private static final int MAX_AT_ONCE = 16;
    private static final int MAX_VERDICTS = 50_000;
    private static final long CHARACTERS_IN_A_TOKEN = 3;
    private static final long CALLS = 2;

    private final JudgeModel model;
    private final String name;
    private final Duration maxWait;
    private final AuditBudget budget;
    private final Clock clock;
    private final Verdicts verdicts;
    private final Semaphore room = new Semaphore(MAX_AT_ONCE);
    private final LongAdder asked = new LongAdder();
    private final LongAdder agreed = new LongAdder();
    private final LongAdder late = new LongAdder();

    /**
     * @param model asked with {@link FiveQuestions}; blocks at most about {@code maxWait}
     * @param name of the model, for its price
     * @param maxWait how long who asks waits at most
     * @param memory how long a verdict is kept, at most as long as a quarantine lasts
     */
    public SecondOpinions(
            JudgeModel model, String name, Duration maxWait, AuditBudget budget, Duration memory, Clock clock) {
        this.model = model;
        this.name = name;
        this.maxWait = maxWait;
        this.budget = budget;
        this.clock = clock;
        this.verdicts = new Verdicts(MAX_VERDICTS, memory, clock);
    }

    /**
     * Two prompts of one scope.
     *
     * @param stored the prompt whose answer might be served
     * @param storedAt when it was stored
     * @param prompt the new one
     * @param forModel the model of the call, whose price stands in for an unknown one of the model that is asked; or null
     */
    public record Question(
            String principal,
            String askedId,
            String prompt,
            String entryId,
            String stored,
            Instant storedAt,
            @Nullable String forModel) {
        int characters() {
            return prompt.length() + stored.length();
        }
    }

    /** Name of the model that is asked. */
    public String model() {
        return name;
    }

    /** What the questions may cost. */
    public AuditBudget budget() {
        return budget;
    }

    /** Pairs that were asked about. */
    public long asked() {
        return asked.sum();
    }

    /** Pairs of which it was said that they ask the same. */
    public long agreed() {
        return agreed.sum();
    }

    /** Lookups that waited in vain. */
    public long late() {
        return late.sum();
    }

    /**
     * What the model says, or has said; waits for at most {@code maxWait}, on a thread that may block.
     *
     * @param used told once what a question has used, on any thread, when one was asked for this call's sake
     */
    public Opinion about(Question question, Consumer<List<ModelUsage>> used) {
        if (question.characters() > MAX_CHARACTERS) {
            return Opinion.NOT_AFFORDED;
        }
        var pair = new Verdicts.Pair(
                question.principal(),
                question.askedId(),
                question.entryId(),
                question.storedAt().toEpochMilli());
        Future<@Nullable Opinion> said = verdicts.of(pair, () -> begun(question, used));
        try {
            // Not await with a time: when it is up, that leaves a thread of Vert.x's that cannot await again.
            Opinion opinion = Future.await(said.timeout(maxWait.toMillis(), TimeUnit.MILLISECONDS));
            return opinion == null ? Opinion.NO_ANSWER : opinion;
        } catch (NotAfforded e) {
            return Opinion.NOT_AFFORDED;
        } catch (Exception e) {
            // Checked exceptions too, which a future's await throws undeclared.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            late.increment();
            return Opinion.NO_ANSWER;
        }
    }

    private Future<@Nullable Opinion> begun(Question question, Consumer<List<ModelUsage>> used) {
        OptionalLong reserved = budget.judging(
                question.forModel(),
                Usage.of(
                        CALLS * (FiveQuestions.INSTRUCTION.length() + question.characters()) / CHARACTERS_IN_A_TOKEN,
                        CALLS * ANSWER_TOKENS,
                        true));
        if (!room.tryAcquire()) {
            return Future.failedFuture(new NotAfforded());
        }
        if (!budget.reserve(reserved)) {
            room.release();
            return Future.failedFuture(new NotAfforded());
        }
        asked.increment();
        Promise<@Nullable Opinion> said = Promise.promise();
        Thread.ofVirtual().name("reprise-second-opinion").start(() -> ask(question, reserved, said, used));
        return said.future();
    }

    private void ask(
            Question question,
            OptionalLong reserved,
            Promise<@Nullable Opinion> said,
            Consumer<List<ModelUsage>> booked) {
        List<ModelUsage> used = new ArrayList<>();
        Opinion opinion = null;
        try {
            opinion = both(question, used);
        } catch (RuntimeException e) {
            log.warn("a second opinion failed: {}", e.toString());
        } finally {
            room.release();
            budget.charge(reserved, question.forModel(), used);
            if (opinion == Opinion.SAME) {
                agreed.increment();
            }
            said.complete(opinion);
        }
        if (!used.isEmpty()) {
            booked.accept(used);
        }
    }

    private @Nullable Opinion both(Question question, List<ModelUsage> used) {
        long days = Math.max(
                0, Duration.between(question.storedAt(), clock.instant()).toDays());
        Opinion first = once(FiveQuestions.quoted(question.stored(), question.prompt(), days), used);
        return first == Opinion.SAME
                ? once(FiveQuestions.quoted(question.prompt(), question.stored(), days), used)
                : first;
    }

    private @Nullable Opinion once(String quoted, List<ModelUsage> used) {
        Answers.Reading reply = model.ask(FiveQuestions.INSTRUCTION, quoted);
        if (reply == null) {
            return null;
        }
        Usage usage = reply.usage();
        if (usage != null) {
            used.add(new ModelUsage(name, usage));
        }
        return switch (reply) {
            case Answers.Reading.Whole(Completion words)
            when !words.callsTools() && FiveQuestions.saysYes(words.text()) -> Opinion.SAME;
            case Answers.Reading.Whole other -> Opinion.NOT_SAME;
            case Answers.Reading.NotKept notKept -> Opinion.NOT_SAME;
        };
    }

    /** Nobody is asked now. */
    private static final class NotAfforded extends RuntimeException {
        NotAfforded() {
            super("not afforded", null, false, false);
        }
    }
}
