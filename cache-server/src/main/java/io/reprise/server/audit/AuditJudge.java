package io.reprise.server.audit;

/**
 * Has the last word on two answers: what is not found the same has been judged twice, so that an alarm is rarely a false one.
 * Implementations are thread-safe, and block for as long as upstream takes.
 */
public interface AuditJudge {
    /** Compares. */
    Finding judge(Comparison comparison);
}
