package io.reprise.server.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SealTest {
    private final Seal seal = new Seal(new byte[32]);
    private final String made = seal.of("ann", "default", "scope", "id");

    @Test
    void seal_fitsWhatItWasMadeFor() {
        assertTrue(seal.fits(made, "ann", "default", "scope", "id"));
    }

    @Test
    void seal_fitsNothingElse() {
        assertFalse(seal.fits(made, "bob", "default", "scope", "id"));
        assertFalse(seal.fits(made, "ann", "other", "scope", "id"));
        assertFalse(seal.fits(made, "ann", "default", "scope2", "id"));
        assertFalse(seal.fits(made, "ann", "default", "scope", "id2"));
        assertFalse(seal.fits(made, "ann", "default", "scopei", "d"));
        assertFalse(seal.fits("", "ann", "default", "scope", "id"));
    }

    @Test
    void sealOfAnotherDataFolder_doesNotFit() {
        byte[] other = new byte[32];
        other[31] = 1;
        assertFalse(new Seal(other).fits(made, "ann", "default", "scope", "id"));
    }
}
