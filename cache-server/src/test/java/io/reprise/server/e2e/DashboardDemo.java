package io.reprise.server.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.EverydayQuestions;
import io.reprise.server.testupstream.TestUpstream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A server with a month of made-up calls behind it and more coming in, for looking at the dashboard: run {@code main} with an empty data folder
 * and how many minutes it is to last. The traffic is the same each time.
 */
final class DashboardDemo {
    private static final List<String> MODELS =
            List.of("gpt-4o-mini", "gpt-4o-mini", "gpt-4o-mini", "gpt-4o", "gpt-4.1-mini", "claude-sonnet-4-5");
    private static final List<String> FURTHER = List.of(
            "How do I export my invoices as CSV?",
            "Where can I change the e-mail address of my account?",
            "Which payment methods do you accept?",
            "Summarise the refund policy in two sentences.",
            "Write a polite reminder for an unpaid invoice.",
            "What is the difference between the Team and the Business plan?",
            "How do I add a colleague to my workspace?",
            "Is my data stored in the EU?",
            "Can I pause my subscription for three months?",
            "Translate \"your order has been shipped\" into Spanish.",
            "How do I connect my calendar?",
            "Why was my card declined?",
            "What does error 4012 mean?",
            "How do I delete my account?",
            "List five names for a coffee shop near a station.",
            "Explain VAT reverse charge in plain words.");
    /** Makes calls as dear as those of an application that sends its handbook along. */
    private static final String HANDBOOK =
            "You answer customers of a shop for office supplies. Be brief, kind and exact. ".repeat(120);

    private static final int DAYS = 30;

    private static final String[] SETTINGS = {
        "admin_token=demo-of-the-dashboard",
        "http.instances=1",
        "requests.log=full",
        "requests.keep_days=90",
        "upstream.openai.api_key=sk-demo",
        "upstream.anthropic.api_key=sk-demo"
    };

    private final Random random = new Random(7);
    private final List<String> keys = new ArrayList<>();
    private final List<List<String>> questions = new ArrayList<>(EverydayQuestions.ALL);

    private DashboardDemo() {
        FURTHER.forEach(question -> questions.add(List.of(
                question,
                question.toLowerCase(Locale.ROOT),
                "Please tell me: " + question,
                question.replace("How do I", "How can I"))));
    }

    /** Prints the address and the administrator's token, and lasts as many minutes as asked. */
    public static void main(String... args) {
        Path data = Path.of(args[0]);
        long end =
                System.nanoTime() + Duration.ofMinutes(Long.parseLong(args[1])).toNanos();
        var demo = new DashboardDemo();
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            Instant now = Instant.now();
            var clock = new TestClock(now.minus(Duration.ofDays(DAYS)));
            try (RunningServer server = RunningServer.start(data, upstream.url(), clock, SETTINGS)) {
                demo.teams(new WireCaller(http, server.url(), "x-reprise-admin", "demo-of-the-dashboard"));
                while (clock.instant().isBefore(now.minus(Duration.ofMinutes(50)))) {
                    demo.hour(new WireCaller(http, server.url()), clock);
                }
            }
            try (RunningServer server = RunningServer.start(data, upstream.url(), Clock.systemUTC(), SETTINGS)) {
                System.out.println(server.url() + " demo-of-the-dashboard");
                while (System.nanoTime() < end) {
                    demo.ask(new WireCaller(http, server.url()));
                    LockSupport.parkNanos((long) (-Math.log(1 - demo.random.nextDouble()) * 1_500_000_000L));
                }
            }
        }
    }

    /** Gives each team a key and a budget. */
    private void teams(WireCaller administrator) {
        for (String team : List.of("support", "sales", "billing")) {
            ObjectNode key = Chats.object()
                    .put("name", team + "-bot")
                    .put("team", team)
                    .put("share", "team")
                    .put("rpm", 600);
            key.putArray("tags").add("prod");
            keys.add(
                    administrator.post("/v1/admin/keys", key).json().path("key").asText());
            administrator.send(
                    "PUT",
                    "/v1/admin/budgets/team:" + team,
                    BodyPublishers.ofString("{\"usd\":\"" + keys.size() + "\",\"window\":\"week\"}"),
                    "content-type",
                    "application/json");
        }
        administrator.send(
                "PUT",
                "/v1/admin/budgets/global",
                BodyPublishers.ofString("{\"usd\":\"5\",\"window\":\"month\"}"),
                "content-type",
                "application/json");
    }

    /** An hour's calls: more on working days and by day. */
    private void hour(WireCaller caller, TestClock clock) {
        ZonedDateTime time = clock.instant().atZone(ZoneOffset.UTC);
        boolean weekend = time.getDayOfWeek() == DayOfWeek.SATURDAY || time.getDayOfWeek() == DayOfWeek.SUNDAY;
        double busy = Math.exp(-Math.pow((time.getHour() - 13) / 4.5, 2)) * (weekend ? 3 : 9) + 0.4;
        long calls = Math.round(busy * (0.7 + 0.6 * random.nextDouble()));
        for (long call = 0; call < calls; call++) {
            ask(caller);
        }
        clock.advance(Duration.ofHours(1));
    }

    private void ask(WireCaller caller) {
        int question = (int) Math.min(questions.size() - 1, Math.abs(random.nextGaussian()) * questions.size() / 2.2);
        List<String> wordings = questions.get(question);
        String text = random.nextInt(12) == 0
                ? "Order " + (1000 + random.nextInt(9000)) + ": where is it?"
                : wordings.get(random.nextInt(wordings.size()));
        String model = MODELS.get(random.nextInt(MODELS.size()));
        WireCaller one = caller.with("authorization", "Bearer " + keys.get(random.nextInt(keys.size())));
        ObjectNode body = Chats.object().put("model", model);
        if (model.startsWith("claude")) {
            body.put("system", HANDBOOK);
        }
        ArrayNode messages = body.putArray("messages");
        if (!model.startsWith("claude")) {
            messages.addObject().put("role", "system").put("content", HANDBOOK);
        }
        messages.addObject().put("role", "user").put("content", text);
        if (random.nextInt(25) == 0) {
            one.post(Chats.PATH, body, "x-reprise-mode", "off");
        } else if (model.startsWith("claude")) {
            one.post("/v1/messages", body.put("max_tokens", 400), "anthropic-version", "2023-06-01");
        } else {
            one.post(Chats.PATH, body, "x-reprise-tags", random.nextBoolean() ? "support" : "app:shop,support");
        }
    }
}
