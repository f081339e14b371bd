package io.reprise.server.testupstream;

import java.util.Objects;

/** A request and how its reply ended, as of the moment when it was asked for. */
public record Exchange(ReceivedRequest request, Ending ending) {

    public Exchange {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(ending, "ending");
    }

    /** How a reply ended. */
    public enum Ending {
        /** Not yet. */
        OPEN,
        /** The whole reply was written. */
        COMPLETE,
        /** The connection was closed before the end of the request or of the reply, and not by a fault. */
        CLIENT_GONE,
        /** A fault that the reply asked for cut the connection. */
        CUT
    }
}
