package io.reprise.server.config;

import static io.reprise.server.config.Key.fileOf;
import static io.reprise.server.config.Key.key;
import static io.reprise.server.config.Key.optional;
import static io.reprise.server.config.UpstreamValueTypes.webhookUrls;
import static io.reprise.server.config.ValueTypes.bytes;
import static io.reprise.server.config.ValueTypes.fraction;
import static io.reprise.server.config.ValueTypes.integer;
import static io.reprise.server.config.ValueTypes.oneOf;
import static io.reprise.server.config.ValueTypes.secret;
import static io.reprise.server.config.ValueTypes.usdPerHour;

import io.reprise.server.config.RequestsConfig.Log;
import io.reprise.server.config.RequestsConfig.OnFull;
import java.math.BigDecimal;
import java.util.List;

/** The rows of {@link Keys} about the log of calls, the reports over it and alerts. */
final class RequestKeys {
    private static final int MIB = 1 << 20;

    static final Key<Log> LOG = key(
            "requests.log",
            oneOf(Log.class),
            "metadata",
            "What is kept of each call in the log of calls: `off` nothing, and there are no reports; `metadata` all but"
                    + " texts; `full` the texts of questions and answers too.");
    static final Key<Integer> KEEP_DAYS = key(
            "requests.keep_days",
            integer(1, 3650),
            "30",
            "How many days a call is kept in the log. Its hour stays in the reports for 400 days.");
    static final Key<Long> MAX_BYTES = key(
            "requests.max_bytes",
            bytes(MIB, 1L << 50),
            "10GiB",
            "How large the file of the log may grow; past it the oldest calls go.");
    static final Key<OnFull> ON_FULL = key(
            "requests.on_full",
            oneOf(OnFull.class),
            "allow",
            "While calls cannot be written to the log, as when the disk is full: `allow` answers calls, and counts those"
                    + " that the log lacks; `refuse` answers new calls 503.");
    static final Key<BigDecimal> MACHINE_USD_PER_HOUR = optional(
            "reports.machine_usd_per_hour",
            usdPerHour(),
            "unknown: it is in no report",
            "What the machine of this server costs, for `/v1/reports/roi`.");
    static final Key<WebhookUrls> WEBHOOKS = optional(
            "alerts.webhooks",
            webhookUrls(),
            "none: alerts are logged alone",
            "Where alerts are posted to, as JSON that Slack reads too. docs/alerts.md says what they are about.");
    static final Key<Secret> SECRET = optional(
            "alerts.secret",
            secret(),
            "made at the first start, in the file `alerts.key` of the data folder",
            "What posts to webhooks are signed with (HMAC-SHA-256), so that their receiver knows that they are ours.");
    static final Key<Secret> SECRET_FILE = fileOf(SECRET);
    static final Key<Double> UPSTREAM_ERROR_RATE = key(
            "alerts.upstream_error_rate",
            fraction(),
            "0.2",
            "The share of failed calls upstream, of at least 20 in a quarter of an hour, from which an alert is raised.");

    /** In the order of the reference page. */
    static final List<Key<?>> ALL = List.of(
            LOG,
            KEEP_DAYS,
            MAX_BYTES,
            ON_FULL,
            MACHINE_USD_PER_HOUR,
            WEBHOOKS,
            SECRET,
            SECRET_FILE,
            UPSTREAM_ERROR_RATE);

    private RequestKeys() {}
}
