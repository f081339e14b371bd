package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ReceivedRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends on a wire, it gets what upstream would have answered: mutated requests, asked both ways. */
class WireFuzzTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final int MUTANTS = 100;
    private static final long SEED = 20260301;

    /**
     * What a wire's mutants are made of.
     *
     * @param seeds valid requests
     */
    record Wire(String path, List<String> seeds) {
        @Override
        public String toString() {
            return path;
        }
    }

    static List<Wire> wires() {
        return List.of(
                new Wire("/v1/chat/completions", List.of("""
                        {"model":"gpt-4o-mini","messages":[{"role":"user","content":"How do I reset my password?"}]}""", """
                        {"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is HNSW?"}],"stream":true,
                         "stream_options":{"include_usage":true}}""", """
                        {"model":"gpt-4o","temperature":0.70,"messages":[{"role":"system","content":"Be terse."},
                         {"role":"user","content":[{"type":"text","text":"What is this?"},
                         {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],"max_tokens":50}""", """
                        {"model":"gpt-4o","messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":null,
                         "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
                         {"role":"tool","tool_call_id":"c1","content":"rain"}],"tools":[{"type":"function","function":
                         {"name":"f","parameters":{"type":"object"}}}],"stream":true,"n":1,"seed":7}""")),
                new Wire("/v1/completions", List.of("""
                        {"model":"gpt-3.5-turbo-instruct","prompt":"Say hello.","max_tokens":20}""", """
                        {"model":"gpt-3.5-turbo-instruct","prompt":"Say goodbye.","stream":true,"logprobs":2,"echo":false,
                         "stream_options":{"include_usage":true}}""", """
                        {"model":"gpt-3.5-turbo-instruct","prompt":["One.","Two."],"best_of":1,"n":1,"suffix":null}""")),
                new Wire("/v1/responses", List.of("""
                        {"model":"gpt-4.1","store":false,"input":"How do I reset my password?"}""", """
                        {"model":"gpt-4.1","store":false,"stream":true,"instructions":"Be terse.","input":[{"role":"user",
                         "content":[{"type":"input_text","text":"What is HNSW?"}]}],"reasoning":{"summary":"auto"}}""", """
                        {"model":"gpt-4.1","store":false,"input":[{"role":"user","content":"Ask f."},{"type":"function_call",
                         "call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1",
                         "output":"rain"}],"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]}""", """
                        {"model":"gpt-4.1","input":"And then?","previous_response_id":"resp_1","background":false}""")),
                new Wire("/v1/messages", List.of("""
                        {"model":"claude-sonnet-4-5","max_tokens":100,
                         "messages":[{"role":"user","content":"How do I reset my password?"}]}""", """
                        {"model":"claude-sonnet-4-5","max_tokens":100,"stream":true,"system":[{"type":"text",
                         "text":"Be terse.","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[
                         {"type":"text","text":"What is this?"},{"type":"image","source":{"type":"base64",
                         "media_type":"image/png","data":"AAAA"}}]}],"thinking":{"type":"enabled","budget_tokens":50}}""", """
                        {"model":"claude-sonnet-4-5","max_tokens":100,"messages":[{"role":"user","content":"Weather?"},
                         {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user",
                         "content":[{"type":"tool_result","tool_use_id":"t1","content":"rain"}]}],"tools":[{"name":"f",
                         "input_schema":{"type":"object"}}],"stop_sequences":["x"]}""")),
                new Wire("/v1/embeddings", List.of("""
                        {"model":"text-embedding-3-small","dimensions":4,"input":"How do I reset my password?"}""", """
                        {"model":"text-embedding-3-small","dimensions":4,"input":["One","Two","One"],
                         "encoding_format":"base64","user":"u-1"}""", """
                        {"model":"text-embedding-3-small","dimensions":4,"input":[[1,2,3],[4]]}""")));
    }

    private static final List<String> TOKENS = List.of(
            "null",
            "true",
            "false",
            "[]",
            "{}",
            "\"\"",
            "-1",
            "1.50",
            "1e400",
            "0.1e-400",
            "9223372036854775808",
            "\"stream\":true,",
            "\"stream\":\"true\",",
            "\"n\":2,",
            "\"n\":null,",
            "\"messages\":[],",
            "\"input\":[],",
            "\"store\":true,",
            "\"model\":7,",
            "\"model\":null,",
            "\"cache\":{},",
            "\"stream_options\":null,",
            "\"stream_options\":{},",
            "\"x\":[[[[]]]],",
            "\\u0000",
            "\\ud800",
            "\\ud83d\\ude00",
            "\\",
            "\"",
            "é",
            "😀",
            "\u0000",
            "\uFEFF",
            "\r\n",
            " ",
            ",",
            ":",
            "}",
            "]");

    private static final List<String> NAMES = List.of(
            "stream",
            "stream_options",
            "include_usage",
            "n",
            "model",
            "user",
            "metadata",
            "cache_control",
            "audio",
            "modalities",
            "response_format",
            "logprobs",
            "not_known_yet",
            "role",
            "content",
            "text",
            "type",
            "input",
            "store",
            "thinking",
            "encoding_format");

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "2",
            "-1",
            "1.0",
            "1.50",
            "1e20",
            "9223372036854775808",
            "\"\"",
            "\"true\"",
            "\"user\"",
            "\"text\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"😀 é e\\u0301\"",
            "[]",
            "{}",
            "[null]",
            "[\"text\",\"audio\"]",
            "{\"include_usage\":true}",
            "{\"include_usage\":\"yes\"}",
            "{\"type\":\"text\",\"text\":\"Hi\"}",
            "{\"role\":\"user\",\"content\":\"And then?\"}",
            "[{\"type\":\"text\",\"text\":\"Hi\"}]",
            "{\"type\":\"ephemeral\"}");

    @ParameterizedTest
    @MethodSource("wires")
    void mutatedRequest_isAnsweredAsWithoutUs(Wire wire) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        int answered = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] body = mutated(wire, random);
            String story = "mutant " + mutant + ": " + new String(body, StandardCharsets.UTF_8);
            WireCaller caller = stage.anonymous().with("authorization", "Bearer " + stage.key() + "-" + mutant);
            Answer direct = ask(caller.at(stage.upstream().url()), wire, body);
            Answer off = ask(caller.with("x-reprise-mode", "off"), wire, body);
            Answer serve = ask(caller, wire, body);

            assertSame(direct, off, story);
            assertSame(direct, serve, story);
            assertNotEquals("", serve.header("x-reprise-outcome"), story);
            if (serve.status() == 200) {
                answered++;
                Answer again = ask(caller, wire, body);
                if (!again.header("content-type").startsWith("text/event-stream")) {
                    assertSame(direct, again, story);
                }
            }
        }
        assertTrue(answered > MUTANTS / 5 && answered < MUTANTS * 4 / 5, answered + " of " + MUTANTS);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void mutatedRequestThatIsOff_reachesUpstreamByteForByte(Wire wire) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + 1);
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] body = mutated(wire, random);
            ask(stage.directCaller(), wire, body);
            ask(stage.caller().with("x-reprise-mode", "off"), wire, body);
        }

        List<ReceivedRequest> asked = stage.upstream().log().requests();
        assertEquals(2 * MUTANTS, asked.size());
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            assertEquals(
                    asked.get(2 * mutant).bodySha256(),
                    asked.get(2 * mutant + 1).bodySha256());
        }
    }

    private static void assertSame(Answer direct, Answer through, String story) {
        assertEquals(direct.status(), through.status(), story);
        assertEquals(direct.header("content-type"), through.header("content-type"), story);
        assertEquals(withoutIds(direct), withoutIds(through), story);
    }

    private static Answer ask(WireCaller caller, Wire wire, byte[] body) {
        return caller.send("POST", wire.path(), BodyPublishers.ofByteArray(body), "content-type", "application/json");
    }

    /** Half of them are still JSON. */
    private static byte[] mutated(Wire wire, RandomGenerator random) {
        String seed = wire.seeds().get(random.nextInt(wire.seeds().size()));
        return random.nextBoolean() ? mutatedTree(seed, random) : mutatedText(seed, random);
    }

    /** One or two fields or elements set, removed or added, anywhere. */
    private static byte[] mutatedTree(String seed, RandomGenerator random) {
        JsonNode tree = Answer.parse(seed.getBytes(StandardCharsets.UTF_8));
        for (int change = random.nextInt(1, 3); change > 0; change--) {
            List<ContainerNode<?>> containers = new ArrayList<>();
            collect(tree, containers);
            JsonNode value =
                    Answer.parse(VALUES.get(random.nextInt(VALUES.size())).getBytes(StandardCharsets.UTF_8));
            switch (containers.get(random.nextInt(containers.size()))) {
                case ObjectNode object -> {
                    List<String> names = new ArrayList<>(NAMES);
                    object.fieldNames().forEachRemaining(names::add);
                    String name = names.get(random.nextInt(names.size()));
                    if (random.nextInt(4) == 0) {
                        object.remove(name);
                    } else {
                        object.set(name, value);
                    }
                }
                case ArrayNode array -> array.insert(random.nextInt(array.size() + 1), value);
                case ContainerNode<?> other -> throw new AssertionError(other.getNodeType());
            }
        }
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> containers) {
        if (node instanceof ContainerNode<?> container) {
            containers.add(container);
        }
        node.forEach(child -> collect(child, containers));
    }

    /** One to four cuts, copies, flips and insertions. */
    private static byte[] mutatedText(String seed, RandomGenerator random) {
        String text = seed;
        int changes = random.nextInt(1, 5);
        for (int change = 0; change < changes && !text.isEmpty(); change++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(1, 12));
            String token = TOKENS.get(random.nextInt(TOKENS.size()));
            text = switch (random.nextInt(6)) {
                case 0 -> text.substring(0, at) + text.substring(end);
                case 1 -> text.substring(0, end) + text.substring(at);
                case 2 -> text.substring(0, at) + token + text.substring(at);
                case 3 -> text.substring(0, at) + token + text.substring(end);
                case 4 -> "{" + token + text.substring(1);
                default -> text.substring(0, at);
            };
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static String withoutIds(Answer answer) {
        return answer.text()
                .replaceAll("(chatcmpl-|cmpl-|resp_|msg_|fc_|rs_|req_)[0-9a-f]{32,}", "ID")
                .replaceAll("\"created(_at)?\":\\d+", "\"created\":0");
    }
}
