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
        List<Object> general = constants(Keys.class);
        general.addAll(general.indexOf(Keys.AUDITS_COLD_START), constants(SecondOpinionKeys.class));
        general.addAll(general.indexOf(Keys.HTTP_INSTANCES), constants(AccessKeys.class));
        general.addAll(general.indexOf(Keys.HTTP_INSTANCES), constants(UpstreamKeys.class));
        general.addAll(constants(ScopeKeys.class));
        general.addAll(constants(RuleKeys.class));
        general.addAll(constants(RequestKeys.class));
        general.addAll(constants(SightKeys.class));
        assertEquals(general, new ArrayList<>(Keys.ALL));
    }

    private static List<Object> constants(Class<?> table) throws IllegalAccessException {
        List<Object> constants = new ArrayList<>();
        for (Field field : table.getDeclaredFields()) {
            if (field.getType() == Key.class) {
                constants.add(field.get(null));
            }
        }
        return constants;
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
