package io.reprise.server.decision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.CrossCalibration.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossCalibrationTest {
    private final CrossCalibration calibration = new CrossCalibration(
            "reader",
            "0123",
            "sentences",
            new Weights(-1, 2, 3, 1.5, 4),
            new Curve(new float[] {-10, 10}, new float[] {0, 1}),
            new Curve(new float[] {0.01f, 0.1f}, new float[] {0.9f, 0.8f}));

    @Test
    void logOdds_areAddedUpByWeights() {
        assertEquals(-1 + 2 * 1.5f + 3 * 0.5f, calibration.logOdds(1.5f, 0.5f, false));
    }

    @Test
    void languageThatTheReaderHasNotLearned_isTakenOff() {
        assertEquals(1.5f, calibration.logOdds(1.5f, 0.5f, false) - calibration.logOdds(1.5f, 0.5f, true));
    }

    @Test
    void reader_countsNoMoreThanItsMost() {
        float most = calibration.logOdds(4, 0.5f, false);
        assertEquals(most, calibration.logOdds(1000, 0.5f, false));
        assertEquals((most + 10) / 20, calibration.most(0.5f), 1e-6);
        assertEquals(calibration.logOdds(-4, 0.5f, false), calibration.logOdds(-1000, 0.5f, false));
    }

    @Test
    void readerThatRulesItOut_leavesNoProbability() {
        assertEquals(0, calibration.probability(Float.NEGATIVE_INFINITY, 1, false));
    }

    @Test
    void belowTheLeastRate_noCutoffIsKnown() {
        assertEquals(0.9, calibration.ceilings().at(0.01), 1e-6);
        assertEquals(2, calibration.ceilings().at(0.009));
        assertEquals(0.8, calibration.ceilings().at(1), 1e-6);
    }

    @Test
    void writtenAndRead_isTheSame() {
        CrossCalibration read = CrossCalibration.of(calibration.json());
        assertEquals(calibration.model(), read.model());
        assertEquals(calibration.weightsSha256(), read.weightsSha256());
        assertEquals(calibration.sentenceModel(), read.sentenceModel());
        assertEquals(calibration.weights(), read.weights());
        assertArrayEquals(
                calibration.probabilities().inputs(), read.probabilities().inputs());
        assertArrayEquals(calibration.cutoffs().outputs(), read.cutoffs().outputs());
    }

    @Test
    void version_isOfEachNumberInIt() {
        CrossCalibration same = CrossCalibration.of(calibration.json());
        assertEquals(calibration.version(), same.version());
        CrossCalibration other = CrossCalibration.of(
                new String(calibration.json(), UTF_8).replace("2.0", "2.1").getBytes(UTF_8));
        assertNotEquals(calibration.version(), other.version());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7"})
    void whatIsNoObject_isRefused(String json) {
        assertThrows(IllegalArgumentException.class, () -> CrossCalibration.of(json.getBytes(UTF_8)));
    }

    @Test
    void whatFollowsACalibration_isRefused() {
        byte[] twice = (new String(calibration.json(), UTF_8) + "{}").getBytes(UTF_8);
        assertThrows(IllegalArgumentException.class, () -> CrossCalibration.of(twice));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"bias\" : -1.0|\"bias\" : \"NaN\"",
                "\"cosine\" : 3.0|\"cosine\" : \"Infinity\"",
                "\"cosine\" : 3.0|\"cosine\" : -3.0",
                "\"foreign\" : 1.5|\"foreign\" : -1.5",
                "\"most_read\" : 4.0|\"most_read\" : 0",
                "\"outputs\" : [ 0.0, 1.0 ]|\"outputs\" : [ 0.0, 1.1 ]",
                "\"outputs\" : [ 0.0, 1.0 ]|\"outputs\" : [ 1.0, 0.0 ]",
                "\"outputs\" : [ 0.9, 0.8 ]|\"outputs\" : [ 0.8, 0.9 ]",
                "\"outputs\" : [ 0.9, 0.8 ]|\"outputs\" : [ 0.9, -0.8 ]",
                "\"read\" : 2.0|\"read\" : -2.0",
                "\"read\" : 2.0|\"read\" : null",
                "\"read\" : 2.0|\"read\" : \"much\"",
                "\"bias\"|\"bais\"",
                "\"model\"|\"modell\"",
                "{|[",
                "\"inputs\" : [ -10.0, 10.0 ]|\"inputs\" : [ 10.0, -10.0 ]"
            })
    void whatIsNoCalibration_isRefused(String right, String wrong) {
        String json = new String(calibration.json(), UTF_8);
        assertTrue(json.contains(right), json);
        byte[] broken = json.replace(right, wrong).getBytes(UTF_8);
        assertThrows(IllegalArgumentException.class, () -> CrossCalibration.of(broken));
    }
}
