package io.reprise.server.config;

import static io.reprise.server.config.Key.key;
import static io.reprise.server.config.ValueTypes.integer;
import static io.reprise.server.config.ValueTypes.oneOf;
import static io.reprise.server.config.ValueTypes.yesOrNo;

import io.reprise.server.config.SightConfig.LogFormat;
import java.util.List;

/** The settings of what an operator sees of calls. */
final class SightKeys {
    static final Key<Boolean> LOG_REQUESTS = key(
            "log.requests",
            yesOrNo(),
            "false",
            "Whether each call is a line of the log, at `info`: how it was answered and why, how long it took, what it used and cost;"
                    + " never what it says.");
    static final Key<LogFormat> LOG_FORMAT = key(
            "log.format",
            oneOf(LogFormat.class),
            "text",
            "The form of the log: `text`, or `json` with one object a line under the names of ECS.");

    static final Key<Integer> DOCTOR_MISSES = key(
            "doctor.misses",
            integer(0, 10_000),
            "300",
            "Misses remembered, in memory, to say in which parts calls differ that ask the same: `GET /v1/admin/doctor`. 0"
                    + " remembers none.");

    static final List<Key<?>> ALL = List.of(LOG_REQUESTS, LOG_FORMAT, DOCTOR_MISSES);

    private SightKeys() {}

    static SightConfig bind(TypedSettings settings) {
        return new SightConfig(settings.get(LOG_REQUESTS), settings.get(LOG_FORMAT), settings.get(DOCTOR_MISSES));
    }
}
