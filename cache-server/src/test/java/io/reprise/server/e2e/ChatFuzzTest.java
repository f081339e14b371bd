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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a client sends as a chat, it gets what upstream would have answered: mutated requests, asked both ways. */
class ChatFuzzTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final int MUTANTS = 150;
    private static final long SEED = 20260301;

    private static final List<String> SEEDS = List.of(
            Chats.asking(Chats.QUESTION).toString(),
            Chats.streaming(Chats.QUESTION).toString(),
            Chats.streamingWithUsage(Chats.QUESTION).toString(),
            """
            {"model":"gpt-4o","temperature":0.70,"messages":[{"role":"system","content":"Be terse."},
             {"role":"user","content":[{"type":"text","text":"What is this?"},
             {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],"max_tokens":50}""",
            """
            {"model":"gpt-4o","messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":null,
             "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"rain"}],"tools":[{"type":"function","function":
             {"name":"f","parameters":{"type":"object"}}}],"stream":true,"n":1,"seed":7}""");

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
            "type");

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

    @Test
    void mutatedChat_isAnsweredAsWithoutUs() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        int answered = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] body = mutated(random);
            String story = "mutant " + mutant + ": " + new String(body, StandardCharsets.UTF_8);
            WireCaller caller = stage.anonymous().with("authorization", "Bearer " + stage.key() + "-" + mutant);
            Answer direct = ask(caller.at(stage.upstream().url()), body);
            Answer off = ask(caller.with("x-reprise-mode", "off"), body);
            Answer serve = ask(caller, body);

            assertEquals(direct.status(), off.status(), story);
            assertEquals(direct.status(), serve.status(), story);
            assertEquals(withoutIds(direct), withoutIds(off), story);
            assertEquals(withoutIds(direct), withoutIds(serve), story);
            assertEquals(direct.header("content-type"), serve.header("content-type"), story);
            assertNotEquals("", serve.header("x-reprise-outcome"), story);
            if (serve.status() == 200) {
                answered++;
                Answer again = ask(caller, body);
                if (!again.header("content-type").startsWith("text/event-stream")) {
                    assertEquals(
                            again.header("x-reprise-outcome").equals("exact") ? serve.text() : withoutIds(serve),
                            again.header("x-reprise-outcome").equals("exact") ? again.text() : withoutIds(again),
                            story);
                }
            }
        }
        assertTrue(answered > MUTANTS / 5 && answered < MUTANTS * 4 / 5, answered + " of " + MUTANTS);
    }

    @Test
    void mutatedChatThatIsOff_reachesUpstreamByteForByte() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + 1);
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] body = mutated(random);
            ask(stage.directCaller(), body);
            ask(stage.caller().with("x-reprise-mode", "off"), body);
        }

        List<ReceivedRequest> asked = stage.upstream().log().requests();
        assertEquals(2 * MUTANTS, asked.size());
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            assertEquals(
                    asked.get(2 * mutant).bodySha256(),
                    asked.get(2 * mutant + 1).bodySha256());
        }
    }

    private static Answer ask(WireCaller caller, byte[] body) {
        return caller.send("POST", Chats.PATH, BodyPublishers.ofByteArray(body), "content-type", "application/json");
    }

    /** Half of them are still JSON. */
    private static byte[] mutated(RandomGenerator random) {
        String seed = SEEDS.get(random.nextInt(SEEDS.size()));
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
        return answer.text().replaceAll("chatcmpl-[0-9a-f]{32}", "ID").replaceAll("\"created\":\\d+", "\"created\":0");
    }
}
