package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {
    @Test
    void everyKeyConstant_isInTheTable() throws IllegalAccessException {
        List<Object> constants = new ArrayList<>();
        for (Field field : Keys.class.getDeclaredFields()) {
            if (field.getType() == Key.class) {
                constants.add(field.get(null));
            }
        }
        assertEquals(constants, new ArrayList<>(Keys.ALL));
    }

    @Test
    void environmentVariables_areDistinct() {
        List<String> variables = Keys.ALL.stream()
                .flatMap(key -> key.environmentVariable().stream())
                .toList();
        assertEquals(variables.size(), new HashSet<>(variables).size());
        assertTrue(EnvironmentSource.NOT_SETTINGS.stream().noneMatch(variables::contains));
    }
}
