package io.reprise.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code docs/openapi.yaml}, and the comparison of requests and answers with it. Immutable. */
public final class Description {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final JsonNode document;

    private Description(JsonNode document) {
        this.document = document;
    }

    /** The committed page. */
    public static Description committed() {
        try {
            return of(Files.readString(Path.of("..", "docs", "openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Description of(String yaml) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return new Description(JSON.valueToTree(tree));
    }

    /** Every operation, as {@code get /v1/cache/entries/{id}}. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        operations.add(method + " " + path.getKey());
                    }
                }));
        return operations;
    }

    /** Every reference to another part of the document resolves; returns how many there are. */
    public int references() {
        List<JsonNode> references = document.findParents("$ref");
        references.forEach(one -> Schema.resolve(document, one));
        return references.size();
    }

    /** What is wrong with the body of a request. */
    public List<String> requestProblems(String operation, String contentType, byte[] body) {
        return bodyProblems(operation(operation).at("/requestBody/content"), contentType, body);
    }

    /**
     * What is wrong with an answer.
     *
     * @param header gives the first value of a header by its name, or an empty text
     */
    public List<String> answerProblems(String operation, int status, UnaryOperator<String> header, byte[] body) {
        JsonNode responses = operation(operation).path("responses");
        JsonNode named = responses.path(Integer.toString(status));
        JsonNode found = named.isMissingNode() ? responses.path("default") : named;
        if (found.isMissingNode()) {
            return List.of("status " + status + " is not described");
        }
        JsonNode response = Schema.resolve(document, found);
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : response.path("headers").properties()) {
            JsonNode described = Schema.resolve(document, each.getValue());
            String value = header.apply(each.getKey());
            if (!value.isEmpty() || described.path("required").asBoolean()) {
                Schema.problems(document, described.path("schema"), TextNode.valueOf(value))
                        .forEach(problem -> problems.add(each.getKey() + ": " + problem));
            }
        }
        if (response.has("content")) {
            problems.addAll(bodyProblems(response.path("content"), header.apply("content-type"), body));
        }
        return problems;
    }

    private List<String> bodyProblems(JsonNode content, String contentType, byte[] body) {
        String media = contentType.replaceFirst(";.*", "").strip();
        JsonNode described = content.path(media);
        if (described.isMissingNode()) {
            return List.of("content type " + contentType + " is not described");
        }
        try {
            JsonNode value = media.endsWith("json") && !media.endsWith("ndjson")
                    ? JSON.readTree(body)
                    : TextNode.valueOf(new String(body, StandardCharsets.UTF_8));
            return Schema.problems(document, described.path("schema"), value);
        } catch (IOException e) {
            return List.of("no JSON: " + e.getMessage());
        }
    }

    private JsonNode operation(String operation) {
        String[] parts = operation.split(" ", 2);
        JsonNode found = document.path("paths").path(parts[1]).path(parts[0]);
        if (found.isMissingNode()) {
            throw new IllegalArgumentException(operation + " is not described in docs/openapi.yaml");
        }
        return found;
    }
}
