package io.reprise.server.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.access.Caller;
import io.reprise.server.access.Gate;
import io.reprise.server.cache.StageTimer;
import io.reprise.server.ledger.AuditRecord;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.CallRecord;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.LedgerCounters;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.Payer;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.SavingsQuery;
import io.reprise.server.ledger.SavingsReport;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.Wire;
import io.reprise.server.reply.Problem;
import io.reprise.server.telemetry.Telemetry;
import io.reprise.server.upstream.Provider;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TabTest {
    private static final String MODEL = "gpt-4o";
    private static final Payer PAYER = new Payer("key-1", "team", null, List.of("tag"));
    private static final Provider OPENAI = Provider.openAi(URI.create("http://localhost:1"), null, Map.of());
    private static final Usage USAGE = Usage.of(1_000_000, 0, false);

    private final Vertx vertx = Vertx.vertx();
    private final Books books = new Books();
    private final Telemetry telemetry = new Telemetry(Clock.systemUTC());
    private final BlockingQueue<FinishedCall> told = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** Keeps what it is told. */
    private static final class Books implements Ledger {
        private final List<Object> records = new CopyOnWriteArrayList<>();

        @Override
        public void record(CallRecord call) {
            records.add(call);
        }

        @Override
        public void record(AuditRecord audit) {
            records.add(audit);
        }

        @Override
        public CompletionStage<SavingsReport> savings(SavingsQuery query) {
            throw new UnsupportedOperationException("nobody asks here");
        }

        @Override
        public LedgerCounters counters() {
            throw new UnsupportedOperationException("nobody asks here");
        }

        @Override
        public void close() {}
    }

    /** Sets a million aside for each call, and says what came of it. */
    private static final class Purse implements Gate {
        private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
        private final Admission admission;
        private final @Nullable Refused refused;

        Purse(@Nullable String model, @Nullable Long maxOutputTokens, @Nullable Refused refused) {
            this.admission = new Admitted(model, maxOutputTokens, Map.of("x-left", "1"), () -> said.add("ended"));
            this.refused = refused;
        }

        @Override
        public Admission admit(Ask ask) {
            said.add("admit " + ask.caller().payer().key() + " " + ask.endpoint() + " " + ask.model() + " "
                    + ask.maxOutputTokens() + " " + ask.inputTokens().getAsLong());
            return admission;
        }

        @Override
        public Reserving reserve(Ask ask) {
            said.add("reserve " + ask.model() + " " + ask.maxOutputTokens());
            return refused != null
                    ? refused
                    : (Reservation) (used, pico) -> said.add("settle " + used + " " + pico.isPresent());
        }
    }

    private Tabs tabs(Gate gate, boolean keepsTexts) {
        return tabs(gate, keepsTexts, List.of(told::add));
    }

    private Tabs tabs(Gate gate, boolean keepsTexts, List<FinishedCall.Sink> sinks) {
        PriceBook prices = PriceBook.bundled(List.of());
        return new Tabs(books, prices, telemetry, gate, sinks, keepsTexts, Clock.systemUTC());
    }

    /** Lets a call come, and gives its tab and its answer to {@code handler}. */
    private HttpResponse<String> call(Tabs tabs, BiConsumer<Tab, HttpServerResponse> handler) throws Exception {
        var server = vertx.createHttpServer()
                .requestHandler(request -> {
                    Tab tab = tabs.open(request, Wire.OPENAI_CHAT.path(), "openai");
                    request.response().headersEndHandler(now -> tab.headLeaves());
                    tab.by(new Caller("name:me", PAYER, false, false));
                    tab.asks("space", MODEL, true);
                    handler.accept(tab, request.response());
                })
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/"))
                            .header("x-request-id", "mine")
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private FinishedCall told() throws InterruptedException {
        FinishedCall call = told.poll(10, TimeUnit.SECONDS);
        assertNotNull(call, "nobody was told");
        return call;
    }

    @Test
    void everythingNoted_isToldOnce() throws Exception {
        call(tabs(Gate.OPEN, true), (tab, response) -> {
            tab.unanswered(CallOutcome.MISS, "no_candidate", null);
            tab.prompts("What?");
            tab.record(StageTimer.Stage.EXACT, 5);
            tab.record(StageTimer.Stage.EXACT, 6);
            tab.reserve(OPENAI);
            tab.servedBy("gpt-4o-2024-08-06");
            tab.uses(USAGE);
            tab.says(() -> "That.");
            response.setStatusCode(201).end("x");
            tab.settle();
            tab.settle();
            tab.close();
        });

        FinishedCall call = told();
        assertEquals("mine", call.requestId());
        assertEquals(Wire.OPENAI_CHAT.path(), call.endpoint());
        assertEquals("openai", call.wire());
        assertTrue(call.stream());
        assertEquals(MODEL, call.model());
        assertEquals("gpt-4o-2024-08-06", call.servedModel());
        assertEquals("openai", call.upstream());
        assertEquals("name:me", call.principal());
        assertEquals(PAYER, call.payer());
        assertEquals("space", call.namespace());
        assertEquals(201, call.status());
        assertEquals(CallOutcome.MISS, call.outcome());
        assertEquals("no_candidate", call.reason());
        assertEquals(USAGE, call.used());
        assertEquals(Map.of("exact", 11L), call.stageNanos());
        assertEquals("What?", call.prompt());
        assertEquals("That.", call.completion());
        assertTrue(call.firstByteNanos() != null && call.firstByteNanos() <= call.latencyNanos(), call::toString);
        assertFalse(call.audit());
        assertTrue(told.isEmpty());
        assertEquals(1, books.records.size());
    }

    @Test
    void textsAreNotKept_whereNobodyAsksForThem() throws Exception {
        call(tabs(Gate.OPEN, false), (tab, response) -> {
            tab.prompts("What?");
            tab.says(() -> "That.");
            response.end();
            tab.close();
        });

        assertNull(told().prompt());
        assertTrue(books.records.isEmpty(), "what is neither answered nor looked up does not count");
    }

    @Test
    void sinkThatFails_keepsNothingFromTheOthers() throws Exception {
        FinishedCall.Sink broken = call -> {
            throw new IllegalStateException("a sink that fails");
        };
        HttpResponse<String> answer = call(tabs(Gate.OPEN, false, List.of(broken, told::add)), (tab, response) -> {
            tab.settlesWithHead();
            response.end("x");
        });

        assertEquals("x", answer.body());
        assertEquals(200, told().status());
    }

    @Test
    void callThatIsAnsweredWhole_isSettledBeforeItsAnswerLeaves() throws Exception {
        HttpResponse<String> answer = call(tabs(Gate.OPEN, false), (tab, response) -> {
            tab.coalesced(USAGE);
            tab.settlesWithHead();
            response.setStatusCode(200).end("x");
            tab.uses(USAGE);
            tab.close();
        });

        assertEquals("mine", answer.headers().firstValue("x-request-id").orElse(""));
        FinishedCall call = told();
        assertEquals(CallOutcome.COALESCED, call.outcome());
        assertEquals(USAGE, call.saved());
        assertNull(call.used());
        assertEquals(200, call.status());
    }

    @Test
    void callThatIsSettledLater_isNotClosed() throws Exception {
        var kept = new CompletableFuture<Tab>();
        call(tabs(Gate.OPEN, false), (tab, response) -> {
            tab.settlesLater();
            response.end();
            tab.close();
            kept.complete(tab);
        });
        assertTrue(told.isEmpty());

        kept.join().settle();
        assertEquals(200, told().status());
    }

    @Test
    void gate_isAskedOnceEachAndToldOfTheEnd() throws Exception {
        var purse = new Purse(null, 10L, null);
        var body = StrictJson.object().put("model", MODEL).put("max_tokens", 100);
        HttpResponse<String> answer = call(tabs(purse, false), (tab, response) -> {
            Gate.Admitted admitted = tab.admit(MODEL, body, () -> 7);
            assertEquals(admitted, tab.admit(null, null, () -> 0));
            Clamp clamp = Objects.requireNonNull(Clamp.of(body, admitted, Wire.OPENAI_CHAT));
            assertEquals(10, clamp.body().path("max_tokens").asInt());
            tab.clamped(clamp.what(), MODEL, clamp.body());
            tab.unanswered(CallOutcome.MISS, "no_candidate", null);
            tab.reserve(OPENAI);
            tab.reserve(OPENAI);
            tab.uses(USAGE);
            response.end();
            tab.close();
        });

        assertEquals("1", answer.headers().firstValue("x-left").orElse(""));
        assertEquals(
                "max_tokens=10",
                answer.headers().firstValue("x-reprise-clamped").orElse(""));
        assertEquals("max_tokens=10", told().clamped());
        assertEquals(
                List.of(
                        "admit key-1 /v1/chat/completions gpt-4o 100 7",
                        "reserve gpt-4o 10",
                        "settle " + USAGE + " true",
                        "ended"),
                List.copyOf(purse.said));
    }

    @Test
    void callThatMaySpendNothing_isRefused() throws Exception {
        var refused = new Gate.Refused(429, "budget_exceeded", "over", 60L, false);
        var purse = new Purse(null, null, refused);
        HttpResponse<String> answer = call(tabs(purse, false), (tab, response) -> {
            tab.admit(MODEL, null, () -> 0);
            Problem problem = assertThrows(Problem.class, () -> tab.reserve(OPENAI));
            tab.refused(problem);
            problem.write(response);
            tab.close();
        });

        assertEquals(429, answer.statusCode());
        assertEquals("60", answer.headers().firstValue("retry-after").orElse(""));
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""));
        assertEquals("budget_exceeded", told().reason());
        assertTrue(purse.said.contains("ended"));
        assertTrue(books.records.isEmpty());
    }

    @Test
    void audit_isACallOfTheOperators() throws Exception {
        var used = List.of(new ModelUsage("judge", USAGE));
        tabs(Gate.OPEN, false).audited("/v1/cache/audits", "native", new Account("name:me", "space", MODEL), used);

        FinishedCall call = told();
        assertTrue(call.audit());
        assertEquals(used, call.overhead());
        assertEquals(Payer.NOBODY, call.payer());
        assertTrue(telemetry.scrape().contains("reprise_calls_settled_total 1.0"), telemetry::scrape);
        assertTrue(books.records.getFirst() instanceof AuditRecord);
    }

    @Test
    void unknownPrice_isSettledAsUnknown() throws Exception {
        var settled = new LinkedBlockingQueue<OptionalLong>();
        Gate gate = new Gate() {
            @Override
            public Admission admit(Ask ask) {
                return Admitted.AS_IT_IS;
            }

            @Override
            public Reserving reserve(Ask ask) {
                return (Reservation) (used, pico) -> settled.add(pico);
            }
        };
        call(tabs(gate, false), (tab, response) -> {
            tab.asks("space", "a-model-of-nobody", false);
            tab.admit("a-model-of-nobody", null, () -> 0);
            tab.reserve(OPENAI);
            tab.uses(USAGE);
            response.end();
            tab.close();
        });

        assertEquals(OptionalLong.empty(), settled.poll(10, TimeUnit.SECONDS));
    }
}
