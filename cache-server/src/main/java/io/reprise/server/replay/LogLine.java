package io.reprise.server.replay;

import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import org.jspecify.annotations.Nullable;

/** What one line of a log says. */
sealed interface LogLine {
    /**
     * A call.
     *
     * @param call what was asked
     * @param query what the cache is asked
     * @param answer what was answered, or null when the line does not say or the server would not keep it
     * @param kept whether the server would keep the answer; true when the line has none
     * @param usage what the call used as the line says, or null
     */
    record Asked(
            Call call,
            CacheQuery query,
            @Nullable Completion answer,
            boolean kept,
            @Nullable Usage usage) implements LogLine {}

    /**
     * A line that cannot be read.
     *
     * @param what what is wrong with it; may quote the line
     */
    record Broken(String what) implements LogLine {}
}
