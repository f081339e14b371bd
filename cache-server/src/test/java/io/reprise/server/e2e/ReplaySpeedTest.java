package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.testupstream.Reply;
import java.util.Collections;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cached answer can be streamed as fast as it is read, for applications that show it being written. */
class ReplaySpeedTest {
    @RegisterExtension
    static final Stage paced = Stage.with("streams.replay_tokens_per_second=100");

    @RegisterExtension
    static final Stage atOnce = Stage.shared();

    /** Thirty words at 100 a second. */
    private static final String WORDS = String.join(" ", Collections.nCopies(30, "word"));

    private static final long AT_LEAST_MILLIS = 250;

    @Test
    void cachedAnswer_comesWordByWordAndTakesItsTime() {
        Answer hit = cached(paced);

        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertTrue(count(hit, "\"content\":\" word\"") == 29, hit::text);
        assertTrue(hit.text().endsWith("data: [DONE]\n\n"), hit::text);
    }

    @Test
    void pace_isTheOneConfigured() {
        paced.upstream().answer(Reply.text(WORDS));
        paced.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        long begin = System.nanoTime();
        paced.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        long millis = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(millis >= AT_LEAST_MILLIS, () -> "took " + millis + " ms");
    }

    @Test
    void sdk_putsTheWordsTogether() {
        paced.upstream().answer(Reply.text(WORDS));
        paced.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        JsonNode whole =
                paced.sdk().stream(Chats.params(Chats.QUESTION).build()).tree();

        assertEquals(WORDS, whole.at("/completion/choices/0/message/content").asText());
    }

    @Test
    void byDefault_allWordsComeAtOnce() {
        assertEquals(1, count(cached(atOnce), WORDS));
    }

    private static Answer cached(Stage stage) {
        stage.upstream().answer(Reply.text(WORDS));
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        return stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));
    }

    private static int count(Answer answer, String part) {
        return answer.text().split(Pattern.quote(part), -1).length - 1;
    }
}
