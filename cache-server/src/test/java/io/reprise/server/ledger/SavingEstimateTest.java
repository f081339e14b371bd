package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Usage;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SavingEstimateTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    private final SavingEstimate estimate = new SavingEstimate(
            new PriceBook(
                    List.of(
                            Price.ofUsdPerMillionTokens("dear", null, "3", "0.3", null, "15"),
                            Price.ofUsdPerMillionTokens("free", null, "0", null, null, "0")),
                    List.of()),
            CLOCK);

    @Test
    void reportedUsage_isPriced() {
        assertEquals(
                PicoDollars.parseUsd("0.0033"), estimate.picoDollars("dear", "hi", answer(Usage.of(100, 200, false))));
    }

    @Test
    void discountOfTheProvidersOwnCache_isNotCountedOn() {
        assertEquals(
                PicoDollars.parseUsd("0.0033"),
                estimate.picoDollars("dear", "hi", answer(new Usage(100, 90, 0, 200, false))));
    }

    @Test
    void withoutUsage_lengthsAreTaken() {
        String prompt = "p".repeat(400);
        long cost = estimate.picoDollars("dear", prompt, Completion.ofText("a".repeat(798), null, null));
        assertEquals(PicoDollars.parseUsd("0.0033"), cost);
    }

    @Test
    void unknownModel_hasAMiddlingPrice() {
        long unknown = estimate.picoDollars("nobody knows", "hi", answer(Usage.of(100, 200, false)));
        assertEquals(unknown, estimate.picoDollars(null, "hi", answer(Usage.of(100, 200, false))));
        assertEquals(PicoDollars.parseUsd("0.0011"), unknown);
    }

    @Test
    void whatIsFree_isStillWorthALittle() {
        assertEquals(
                PicoDollars.parseUsd("0.000001"),
                estimate.picoDollars("free", "hi", answer(Usage.of(100, 200, false))));
    }

    @Test
    void absurdUsage_isBounded() {
        long cost = estimate.picoDollars("dear", "hi", answer(Usage.of(Long.MAX_VALUE, Long.MAX_VALUE, false)));
        assertTrue(cost <= PicoDollars.parseUsd("36"), cost + " pico-dollars");
    }

    private static Completion answer(@Nullable Usage usage) {
        return Completion.ofText("yes", null, usage);
    }
}
