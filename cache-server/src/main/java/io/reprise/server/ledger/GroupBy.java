package io.reprise.server.ledger;

/** A field that a savings report is broken down by. */
public enum GroupBy {
    /** The UTC day of the call. */
    DAY("day"),
    /** The model asked for. */
    MODEL("model"),
    /** The namespace of the call. */
    NAMESPACE("namespace");

    private final String column;

    GroupBy(String column) {
        this.column = column;
    }

    /** Its column in the ledger, which is its name in the API as well. */
    public String column() {
        return column;
    }
}
