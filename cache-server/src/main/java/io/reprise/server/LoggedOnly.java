package io.reprise.server;

import io.reprise.server.access.Caller;
import io.reprise.server.access.Gate;
import io.reprise.server.requests.RequestLog;

/** Refuses calls while they may find no room in the log, where the operator wants every call logged; else asks another gate. */
record LoggedOnly(Gate next, RequestLog requests) implements Gate {
    private static final long RETRY_SECONDS = 5;

    @Override
    public Admission admit(Ask ask) {
        return requests.full()
                ? new Refused(
                        503,
                        "requests_log_full",
                        "Calls cannot be logged at the moment, and none is made that is not (requests.on_full).",
                        RETRY_SECONDS,
                        true)
                : next.admit(ask);
    }

    @Override
    public boolean maySpendOn(Caller caller, String model) {
        return next.maySpendOn(caller, model);
    }

    @Override
    public Reserving reserve(Ask ask) {
        return next.reserve(ask);
    }
}
