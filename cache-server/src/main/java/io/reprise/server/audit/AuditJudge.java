package io.reprise.server.audit;

/** Has the last word on two answers. Implementations are thread-safe, and block for as long as upstream takes. */
public interface AuditJudge {
    /** Compares. */
    Finding judge(Comparison comparison);
}
