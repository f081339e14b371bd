package io.reprise.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.cli.PriceCheckOrder;
import io.reprise.server.cli.PriceChecker.Findings;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.UpstreamConfig;
import io.reprise.server.ledger.LedgerException;
import io.reprise.server.ledger.LedgerModels;
import io.reprise.server.ledger.Negotiated;
import io.reprise.server.ledger.Price;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.PriceSheet;
import io.reprise.server.protocol.Glob;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the price table of a configuration, and looks for what it lacks. */
final class PriceWiring {
    private static final int OLD_DAYS = 180;

    /** What the ledger calls models past its bound of groups; which ones they are is not known. */
    private static final String OTHER_MODELS = "other";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PriceWiring() {}

    /**
     * List prices under those of a configuration and of its price file.
     *
     * @throws StartException when the file cannot be used
     */
    static PriceBook book(ServerConfig config) {
        Path file = config.pricesFile();
        PriceSheet sheet = file == null ? new PriceSheet(List.of(), Map.of()) : read(file);
        List<Price> own = new ArrayList<>(ofSettings(config));
        own.addAll(sheet.prices());
        try {
            return PriceBook.bundled(own, new Negotiated(sheet.multipliers(), modelsByUpstream(config)));
        } catch (IllegalArgumentException e) {
            throw refused(file, e);
        }
    }

    /** Tells which models of a ledger's calls have no price, and which prices are older than half a year. */
    static Findings check(ServerConfig config, PriceCheckOrder order, Clock clock) {
        PriceBook book = book(config);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Map<String, Long> unpriced = new TreeMap<>();
        callsByModel(config, order).forEach((model, calls) -> {
            boolean isOne = !model.equals(OTHER_MODELS);
            if (isOne && book.priceInForce(model, clock.instant()).isEmpty()) {
                unpriced.put(model, calls);
            }
        });
        List<Price> old = book.checkedBefore(today.minusDays(OLD_DAYS), today);
        String text = order.json() ? json(book, unpriced, old, today) : lines(book, unpriced, old, today);
        return new Findings(text, unpriced.isEmpty() && old.isEmpty());
    }

    private static PriceSheet read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return PriceSheet.read(in);
        } catch (IOException e) {
            throw new StartException("prices_file is " + file + ", which cannot be read (" + e + ")", e);
        } catch (IllegalArgumentException e) {
            throw refused(file, e);
        }
    }

    private static StartException refused(@Nullable Path file, IllegalArgumentException e) {
        String where = file == null ? "prices" : "prices_file " + file;
        return new StartException(where + ": " + e.getMessage() + "; docs/prices.md says how prices are written", e);
    }

    private static List<Price> ofSettings(ServerConfig config) {
        return config.prices().entrySet().stream()
                .map(price -> Price.ofUsdPerMillionTokens(
                        price.getKey(),
                        null,
                        price.getValue().input().toPlainString(),
                        plain(price.getValue().cachedInput()),
                        plain(price.getValue().cacheWrite()),
                        plain(price.getValue().output())))
                .toList();
    }

    private static @Nullable String plain(@Nullable BigDecimal usd) {
        return usd == null ? null : usd.toPlainString();
    }

    private static Map<String, List<Glob>> modelsByUpstream(ServerConfig config) {
        Map<String, List<Glob>> models = new LinkedHashMap<>();
        for (UpstreamConfig.Other other : config.upstream().others()) {
            if (!other.models().isEmpty()) {
                models.put(other.name(), Glob.all(other.models()));
            }
        }
        return models;
    }

    private static Map<String, Long> callsByModel(ServerConfig config, PriceCheckOrder order) {
        URI url = order.url();
        try {
            return url == null
                    ? LedgerModels.callsByModel(DataFolder.ledgerIn(config.data()))
                    : callsByModel(url, order.token());
        } catch (LedgerException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, Long> callsByModel(URI url, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/v1/savings?group_by=model"))
                .timeout(TIMEOUT);
        if (token != null) {
            request.header("x-reprise-admin", token);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()) {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new StartException(
                        url + " answered " + response.statusCode() + " when asked for its savings; give --token");
            }
            Map<String, Long> calls = new TreeMap<>();
            for (JsonNode row : JSON.readTree(response.body()).path("rows")) {
                calls.put(row.path("model").asText(""), row.path("calls").asLong());
            }
            return calls;
        } catch (IOException e) {
            throw new StartException("cannot ask " + url + " for its savings (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while asking " + url, e);
        }
    }

    private static String lines(PriceBook book, Map<String, Long> unpriced, List<Price> old, LocalDate today) {
        var text = new StringBuilder("Price table " + book.version() + ".\n");
        unpriced.forEach((model, calls) -> text.append("No price: %s (%d calls)%n"
                .formatted(model.isEmpty() ? "calls that name no model" : shown(model), calls)));
        for (Price price : old) {
            text.append("Older than %d days: %s, checked %s, %d days ago (%s)%n"
                    .formatted(
                            OLD_DAYS,
                            price.model(),
                            price.source().checked(),
                            age(price, today),
                            price.source().text()));
        }
        if (unpriced.isEmpty() && old.isEmpty()) {
            text.append("Every model of the ledger's calls has a price, and no price is older than ")
                    .append(OLD_DAYS)
                    .append(" days.\n");
        }
        return text.toString();
    }

    private static String json(PriceBook book, Map<String, Long> unpriced, List<Price> old, LocalDate today) {
        ObjectNode answer = JSON.createObjectNode().put("price_version", book.version());
        ArrayNode models = answer.putArray("unpriced");
        unpriced.forEach(
                (model, calls) -> models.addObject().put("model", model).put("calls", calls));
        ArrayNode prices = answer.putArray("old");
        for (Price price : old) {
            prices.addObject()
                    .put("model", price.model())
                    .put("provider", price.provider())
                    .put("checked", String.valueOf(price.source().checked()))
                    .put("days", age(price, today))
                    .put("source", price.source().text());
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can be written", e);
        }
    }

    /** A model's name comes from callers: nothing in it may steer a terminal. */
    private static String shown(String model) {
        return model.replaceAll("\\p{Cntrl}", "?");
    }

    private static long age(Price price, LocalDate today) {
        LocalDate checked = price.source().checked();
        return checked == null ? 0 : ChronoUnit.DAYS.between(checked, today);
    }
}
