package io.reprise.server.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mount Everest, 8,849 metres. | mount everest 8849 metres | SAME",
                "It is 8,849 metres high. | It is some 8,849 metres high. | REWORDED",
                "It is 8,849 metres high. | It is 8,848 metres high. | DIFFERENT",
                "Yes. | No. | DIFFERENT",
                "Straße | Straße | SAME",
                "+ | - | DIFFERENT",
                "+ | + | SAME"
            })
    void answers_compareByLettersAndNumbers(String one, String other, Agreement expected) {
        assertEquals(expected, Agreement.of(one, other));
        assertEquals(expected, Agreement.of(other, one));
    }
}
