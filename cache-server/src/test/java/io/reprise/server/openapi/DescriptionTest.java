package io.reprise.server.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The description names the routes that are mounted, and what it is compared by finds mistakes. */
class DescriptionTest {
    /** A route as the sources mount it: its path in quotes, or the name of a constant of the same file. */
    private static final Pattern MOUNTED = Pattern.compile(
            "(?:Reads\\.(route)\\(router, |router\\.(get|post|put|patch|delete)\\()(?:\"([^\"]+)\"|([A-Z_]+)(?: \\+ \"([^\"]+)\")?)\\)");

    private static final Pattern CONSTANT = Pattern.compile("String ([A-Z_]+) = \"([^\"]+)\";");
    private static final Pattern DESCRIBED_HERE =
            Pattern.compile("(?:/v1/|/health/|/metrics)[^*]*|/v1/admin/[a-z]+/\\*");

    private static final Description DESCRIBED = Description.committed();

    private static final Description SMALL = Description.of("""
            paths:
              /a:
                get:
                  responses:
                    '200':
                      headers: {x-kind: {required: true, schema: {enum: [one, two]}}}
                      content:
                        application/json:
                          schema:
                            type: object
                            required: [n]
                            additionalProperties: false
                            properties:
                              n: {type: integer, minimum: 1}
                              list: {type: array, maxItems: 2, items: {type: [string, 'null'], pattern: '^a'}}
                              either: {oneOf: [{type: object, required: [x]}, {type: object, required: [y]}]}
            """);

    @Test
    void everyMountedRoute_isDescribedAndNoOther() throws IOException {
        Set<String> mounted = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                mounted.addAll(routes(Files.readString(file)));
            }
        }
        assertTrue(mounted.size() > 10, "found only " + mounted);
        assertEquals(mounted, DESCRIBED.operations(), "docs/openapi.yaml has other routes than the server");
    }

    private static Set<String> routes(String source) {
        Map<String, String> constants = CONSTANT.matcher(source)
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        Set<String> routes = new TreeSet<>();
        Matcher route = MOUNTED.matcher(source);
        while (route.find()) {
            String path = route.group(3) == null ? constants.get(route.group(4)) : route.group(3);
            assertNotNull(path, route.group() + " names a constant of another file: this test must learn to read it");
            path += route.group(5) == null ? "" : route.group(5);
            if (DESCRIBED_HERE.matcher(path).matches()) {
                String method = route.group(1) == null ? route.group(2) : "get";
                routes.add(
                        method + " " + path.replaceAll(":([A-Za-z]+)", "{$1}").replace("/*", "/{scope}"));
            }
        }
        return routes;
    }

    @Test
    void everyReference_resolves() {
        assertTrue(DESCRIBED.references() > 30);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"n\":0}",
                "{\"n\":1.5}",
                "{\"n\":\"1\"}",
                "{\"n\":1,\"more\":1}",
                "{\"n\":1,\"list\":[\"b\"]}",
                "{\"n\":1,\"list\":[\"a\",\"a\",\"a\"]}",
                "{\"n\":1,\"list\":[1]}",
                "{\"n\":1,\"either\":{}}",
                "{\"n\":1,\"either\":{\"x\":1,\"y\":1}}",
                "[]",
                "no JSON"
            })
    void otherBody_isAProblem(String body) {
        assertFalse(problems(200, "one", "application/json", body).isEmpty());
    }

    @Test
    void describedBody_isNone() {
        assertEquals(
                List.of(),
                problems(
                        200,
                        "two",
                        "application/json; charset=utf-8",
                        "{\"n\":1,\"list\":[\"a\",null],\"either\":{\"y\":1}}"));
    }

    @Test
    void otherStatusHeaderOrContentType_isAProblem() {
        assertFalse(problems(404, "one", "application/json", "{\"n\":1}").isEmpty());
        assertFalse(problems(200, "three", "application/json", "{\"n\":1}").isEmpty());
        assertFalse(problems(200, "", "application/json", "{\"n\":1}").isEmpty());
        assertFalse(problems(200, "one", "text/plain", "{\"n\":1}").isEmpty());
    }

    private static List<String> problems(int status, String kind, String contentType, String body) {
        return SMALL.answerProblems(
                "get /a",
                status,
                name -> name.equals("x-kind") ? kind : contentType,
                body.getBytes(StandardCharsets.UTF_8));
    }
}
