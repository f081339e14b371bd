package io.reprise.server.audit;

import io.reprise.server.protocol.Completion;

/**
 * Says whether two answers to what may be the same question come to the same. Implementations are thread-safe; they may block, so
 * they run on threads of their own.
 */
public interface AnswerJudge {
    /** Compares an answer of the cache with a fresh one; the order makes no difference. */
    Judgement judge(Completion cached, Completion fresh);
}
