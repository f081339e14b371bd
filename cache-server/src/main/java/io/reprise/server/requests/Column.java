package io.reprise.server.requests;

import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The columns of a logged call: what each is called, how it is kept, and where it is taken from. */
enum Column {
    ID("id", Kind.TEXT, entry -> entry.call().id()),
    STARTED("time", "time_ms", Kind.TIME, entry -> entry.call().startedAt().toEpochMilli()),
    /** What the log is sorted and cut by: the time of the prices, and of the hour that the call counts for. */
    FINISHED("finished_at", "finished_ms", Kind.TIME, entry -> entry.call()
            .finishedAt()
            .toEpochMilli()),
    REQUEST_ID("request_id", Kind.TEXT, entry -> entry.call().requestId()),
    ENDPOINT("endpoint", Kind.TEXT, entry -> entry.call().endpoint()),
    WIRE("wire", Kind.TEXT, entry -> entry.call().wire()),
    STREAM("stream", Kind.FLAG, entry -> flag(entry.call().stream())),
    MODEL("model", Kind.TEXT, entry -> entry.call().model()),
    SERVED_MODEL("served_model", Kind.TEXT, entry -> entry.call().servedModel()),
    ROUTE("route", Kind.TEXT, entry -> entry.call().route()),
    UPSTREAM("upstream", Kind.TEXT, entry -> entry.call().upstream()),
    PRINCIPAL("principal", Kind.TEXT, entry -> entry.call().principal()),
    NAMESPACE("namespace", Kind.TEXT, entry -> entry.call().namespace()),
    KEY("key", Kind.TEXT, entry -> entry.call().payer().key()),
    TEAM("team", Kind.TEXT, entry -> entry.call().payer().team()),
    USER("user", Kind.TEXT, entry -> entry.call().payer().user()),
    TAGS("tags", Kind.JSON, entry -> words(entry.call().payer().tags())),
    STATUS("status", Kind.NUMBER, entry -> (long) entry.call().status()),
    OUTCOME("outcome", Kind.TEXT, entry -> entry.call().outcome().id()),
    REASON("reason", Kind.TEXT, entry -> entry.call().reason()),
    ENTRY("entry", Kind.TEXT, entry -> entry.call().entry()),
    SIMILARITY("similarity", Kind.FRACTION, entry -> entry.call().similarity()),
    CONFIDENCE("confidence", Kind.FRACTION, entry -> entry.call().confidence()),
    INPUT_TOKENS("input_tokens", Kind.NUMBER, entry -> used(entry, Usage::inputTokens)),
    CACHED_INPUT_TOKENS("cached_input_tokens", Kind.NUMBER, entry -> used(entry, Usage::cachedInputTokens)),
    CACHE_WRITE_TOKENS("cache_write_tokens", Kind.NUMBER, entry -> used(entry, Usage::cacheWriteTokens)),
    CACHE_WRITE_1H_TOKENS(
            "cache_write_1h_tokens",
            Kind.NUMBER,
            entry -> used(entry, usage -> usage.details().longCacheWriteTokens())),
    OUTPUT_TOKENS("output_tokens", Kind.NUMBER, entry -> used(entry, Usage::outputTokens)),
    REASONING_TOKENS(
            "reasoning_tokens",
            Kind.NUMBER,
            entry -> used(entry, usage -> usage.details().reasoningTokens())),
    /** What the cache itself used beside the call. */
    OVERHEAD_INPUT_TOKENS("overhead_input_tokens", Kind.NUMBER, entry -> overhead(entry, Usage::inputTokens)),
    OVERHEAD_OUTPUT_TOKENS("overhead_output_tokens", Kind.NUMBER, entry -> overhead(entry, Usage::outputTokens)),
    SAVED_INPUT_TOKENS("saved_input_tokens", Kind.NUMBER, entry -> saved(entry, Usage::inputTokens)),
    SAVED_OUTPUT_TOKENS("saved_output_tokens", Kind.NUMBER, entry -> saved(entry, Usage::outputTokens)),
    ESTIMATED("estimated", Kind.FLAG, Column::estimated),
    COST("cost_usd", "cost_pico_dollars", Kind.USD, entry -> entry.priced().spent()),
    SAVED("saved_usd", "saved_pico_dollars", Kind.USD, entry -> entry.priced().saved()),
    SAVED_BY("saved_by", Kind.TEXT, Column::savedBy),
    UNPRICED("unpriced", Kind.FLAG, entry -> entry.priced().totals().unpricedCalls()),
    PRICE_VERSION("price_version", Kind.TEXT, LoggedCall.Entry::priceVersion),
    CLAMPED("clamped", Kind.TEXT, entry -> entry.call().clamped()),
    LATENCY("latency_ms", "latency_us", Kind.MILLIS, entry -> entry.call().latencyNanos() / 1000),
    FIRST_BYTE("ttfb_ms", "ttfb_us", Kind.MILLIS, entry -> micros(entry.call().firstByteNanos())),
    AUDIT("audit", Kind.FLAG, entry -> flag(entry.call().audit())),
    FINGERPRINT("fingerprint", Kind.TEXT, LoggedCall.Entry::fingerprint),
    STAGES("stages", Kind.JSON, entry -> millis(entry.call().stageNanos()));

    /** How a value is kept. */
    enum Kind {
        TEXT("TEXT"),
        /** JSON as text. */
        JSON("TEXT"),
        NUMBER("INTEGER"),
        FRACTION("REAL"),
        /** 0 or 1. */
        FLAG("INTEGER"),
        /** Milliseconds since 1970. */
        TIME("INTEGER"),
        /** Pico-dollars. */
        USD("INTEGER"),
        /** Microseconds. */
        MILLIS("INTEGER");

        private final String type;

        Kind(String type) {
            this.type = type;
        }
    }

    private final String field;
    private final String column;
    private final Kind kind;
    private final Function<LoggedCall.Entry, @Nullable Object> value;

    Column(String field, Kind kind, Function<LoggedCall.Entry, @Nullable Object> value) {
        this(field, field, kind, value);
    }

    Column(String field, String column, Kind kind, Function<LoggedCall.Entry, @Nullable Object> value) {
        this.field = field;
        this.column = '"' + column + '"';
        this.kind = kind;
        this.value = value;
    }

    /** Its name in the API. */
    String field() {
        return field;
    }

    /** Its name in the file, quoted. */
    String column() {
        return column;
    }

    Kind kind() {
        return kind;
    }

    String definition() {
        return column + " " + kind.type;
    }

    @Nullable Object valueOf(LoggedCall.Entry entry) {
        return value.apply(entry);
    }

    private static long flag(boolean holds) {
        return holds ? 1 : 0;
    }

    private static long used(LoggedCall.Entry entry, ToLongFunction<Usage> count) {
        Usage used = entry.call().used();
        return used == null ? 0 : count.applyAsLong(used);
    }

    private static long saved(LoggedCall.Entry entry, ToLongFunction<Usage> count) {
        Usage saved = entry.call().saved();
        return saved == null ? 0 : count.applyAsLong(saved);
    }

    private static long overhead(LoggedCall.Entry entry, ToLongFunction<Usage> count) {
        long sum = 0;
        for (ModelUsage each : entry.call().overhead()) {
            sum = PicoDollars.saturatedAdd(sum, count.applyAsLong(each.usage()));
        }
        return sum;
    }

    private static long estimated(LoggedCall.Entry entry) {
        Usage used = entry.call().used();
        Usage saved = entry.call().saved();
        return flag((used != null && used.estimated()) || (saved != null && saved.estimated()));
    }

    /** What was not paid, and why; null where nothing was saved or it is not known. */
    private static @Nullable String savedBy(LoggedCall.Entry entry) {
        FinishedCall call = entry.call();
        return switch (call.outcome()) {
            case EXACT, SEMANTIC, COALESCED, RULE -> call.outcome().id();
            case MISS -> call.saved() == null ? null : "part";
            case BYPASS, REFUSED -> null;
        };
    }

    private static @Nullable Long micros(@Nullable Long nanos) {
        return nanos == null ? null : nanos / 1000;
    }

    private static String words(List<String> words) {
        var array = StrictJson.object().putArray("words");
        words.stream().distinct().sorted().forEach(array::add);
        return new String(StrictJson.bytes(array), StandardCharsets.UTF_8);
    }

    private static String millis(Map<String, Long> nanosByStage) {
        var object = StrictJson.object();
        nanosByStage.forEach((stage, nanos) -> object.put(stage, nanos / 1000 / 1000.0));
        return new String(StrictJson.bytes(object), StandardCharsets.UTF_8);
    }
}
