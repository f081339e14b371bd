package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The program that people start by hand. */
@Timeout(30)
class DemoUpstreamTest {
    private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    @Test
    void started_namesItsAddressAndAnswersTheSameQuestionTheSame() throws Exception {
        var written = new PipedWriter();
        var lines = new BufferedReader(new PipedReader(written));
        var code = new FutureTask<>(() -> new CommandLine(new DemoUpstream())
                .setOut(new PrintWriter(written, true))
                .execute("--port", "0"));
        Thread program = Thread.ofPlatform().start(code);

        Matcher url = URL.matcher(lines.readLine());
        assertTrue(url.find());
        try (WireClient client = new WireClient(url.group())) {
            String first = answer(client, "How do I reset my password?");
            assertEquals(first, answer(client, "How do I reset my password?"));
            assertNotEquals(first, answer(client, "How do I delete my account?"));
        }

        program.interrupt();
        assertEquals(0, code.get(20, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--port=70000", "--port=-1", "--port=x", "--latency-ms=-1", "--token-delay-ms=-1", "--nonsense"})
    void badOption_isSaidInALineAndStartsNothing(String option) {
        var err = new StringWriter();
        int code =
                new CommandLine(new DemoUpstream()).setErr(new PrintWriter(err)).execute(option);

        assertEquals(2, code);
        assertTrue(err.toString().contains(option.replaceAll("^--|[=-].*", "")), err.toString());
    }

    @Test
    void takenPort_saysWhichAndWhatToDo() {
        try (TestUpstream first = TestUpstream.start()) {
            var err = new StringWriter();
            int code = new CommandLine(new DemoUpstream())
                    .setErr(new PrintWriter(err))
                    .execute("--port", Integer.toString(first.port()));

            assertEquals(2, code);
            assertTrue(err.toString().contains("127.0.0.1:" + first.port()), err.toString());
            assertTrue(err.toString().contains("--port"), err.toString());
        }
    }

    private static String answer(WireClient client, String question) throws Exception {
        return Json.parse(client.post(
                                ChatRequests.PATH, ChatRequests.asking(question).toString())
                        .body())
                .orElseThrow()
                .at("/choices/0/message/content")
                .asText();
    }
}
