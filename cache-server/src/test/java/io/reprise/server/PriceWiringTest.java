package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cli.PriceCheckOrder;
import io.reprise.server.cli.PriceChecker.Findings;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.CallRecord;
import io.reprise.server.ledger.LedgerSettings;
import io.reprise.server.ledger.SqliteLedger;
import io.reprise.server.protocol.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PriceWiringTest {
    private static final Clock NOVEMBER = Clock.fixed(Instant.parse("2026-11-03T12:00:00Z"), ZoneOffset.UTC);
    private static final PriceCheckOrder LINES = new PriceCheckOrder(null, null, false);
    private static final PriceCheckOrder JSON = new PriceCheckOrder(null, null, true);

    @TempDir
    Path folder;

    @Test
    void modelsWithPrices_areClean() throws IOException {
        called("gpt-4o");
        assertTrue(PriceWiring.check(config(), LINES, NOVEMBER).clean());
    }

    @Test
    void folderWithoutALedger_isCleanAndStaysAsItIs() throws IOException {
        assertTrue(PriceWiring.check(config(), LINES, NOVEMBER).clean());
        assertFalse(Files.exists(folder.resolve("data")));
    }

    @Test
    void modelWithoutPrice_isListedWithItsCalls() throws IOException {
        called("gpt-4o", "house\u001b-model", "house\u001b-model");
        Findings findings = PriceWiring.check(config(), LINES, NOVEMBER);
        assertFalse(findings.clean());
        assertTrue(findings.text().contains("No price: house?-model (2 calls)"), findings.text());
        assertFalse(findings.text().contains("gpt-4o"), findings.text());
    }

    @Test
    void json_hasTheSame() throws IOException {
        called("house-model");
        String text = PriceWiring.check(config(), JSON, NOVEMBER).text().replaceAll("\\s", "");
        assertTrue(text.contains("\"unpriced\":[{\"model\":\"house-model\",\"calls\":1}],\"old\":[]"), text);
    }

    @Test
    void pricesReadMoreThanHalfAYearAgo_areListed() throws IOException {
        Clock later = Clock.fixed(Instant.parse("2027-01-21T00:00:00Z"), ZoneOffset.UTC);
        Findings findings = PriceWiring.check(config(), LINES, later);
        assertFalse(findings.clean());
        assertTrue(findings.text().contains("gpt-4o, checked 2026-07-24, 181 days ago"), findings.text());
        Clock dayBefore = Clock.fixed(Instant.parse("2027-01-20T00:00:00Z"), ZoneOffset.UTC);
        assertTrue(PriceWiring.check(config(), LINES, dayBefore).clean());
    }

    @Test
    void pricesFile_isUsedBesideTheSettings() throws IOException {
        Path prices = Files.writeString(folder.resolve("prices.yaml"), "prices: [{model: house-model, input: 1}]\n");
        called("house-model");
        assertTrue(PriceWiring.check(config("REPRISE_PRICES_FILE", prices.toString()), LINES, NOVEMBER)
                .clean());
    }

    @Test
    void mistakeInThePricesFile_isToldWithFileAndLine() throws IOException {
        Path prices = Files.writeString(folder.resolve("prices.yaml"), "prices:\n- {model: m, input: -1}\n");
        ServerConfig config = config("REPRISE_PRICES_FILE", prices.toString());
        String message = String.valueOf(assertThrows(StartException.class, () -> PriceWiring.book(config))
                .getMessage());
        assertTrue(message.startsWith("prices_file " + prices + ": line 2: input must be"), message);
    }

    @Test
    void pricesFileThatIsNotThere_isTold() {
        ServerConfig config = config("REPRISE_PRICES_FILE", "/nowhere/prices.yaml");
        String message = String.valueOf(assertThrows(StartException.class, () -> PriceWiring.book(config))
                .getMessage());
        assertEquals(
                "prices_file is /nowhere/prices.yaml, which cannot be read",
                message.substring(0, message.indexOf(" (")));
    }

    private void called(String... models) throws IOException {
        Path ledgerFolder = DataFolder.ledgerIn(folder.resolve("data"));
        try (var ledger = SqliteLedger.open(LedgerSettings.in(ledgerFolder), PriceWiring.book(config()), NOVEMBER)) {
            for (String model : models) {
                ledger.record(new CallRecord(
                        NOVEMBER.instant(), "p", "n", model, CallOutcome.MISS, Usage.of(1, 1, false), null));
            }
        }
    }

    private ServerConfig config(String... variable) {
        Map<String, String> environment =
                new HashMap<>(Map.of("REPRISE_DATA", folder.resolve("data").toString()));
        if (variable.length == 2) {
            environment.put(variable[0], variable[1]);
        }
        return new ConfigLoader(new Surroundings(folder, folder.resolve("models"), 2))
                .load(null, environment, List.of())
                .config();
    }
}
