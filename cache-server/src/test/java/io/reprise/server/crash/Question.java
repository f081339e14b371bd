package io.reprise.server.crash;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One prompt, and which answer the server may hold of it: the one that its writer was last told of, or what the request that was under
 * way would have brought about. Confined to its writer while there is load.
 */
final class Question {
    /** An answer that is none: the entry is not there. */
    static final String ABSENT = "";

    private final String prompt;
    private final String tag;
    private String id = "";
    private String held = ABSENT;
    private @Nullable String underWay;

    Question(String prompt, String tag) {
        this.prompt = prompt;
        this.tag = tag;
    }

    String prompt() {
        return prompt;
    }

    String tag() {
        return tag;
    }

    /** The entry's id, empty before the first store. */
    String id() {
        return id;
    }

    /** What the writer was last told. */
    String held() {
        return held;
    }

    boolean isHeld() {
        return !held.equals(ABSENT);
    }

    /** A request that makes this its answer is on its way. */
    void begin(String answer) {
        underWay = answer;
    }

    void acknowledged(String newId) {
        id = newId;
        acknowledged();
    }

    void acknowledged() {
        held = Objects.requireNonNull(underWay, "nothing was under way");
        underWay = null;
    }

    /** Takes what the server holds for what it is, and says what is wrong about it, or null. */
    @Nullable String settled(String found) {
        boolean right = found.equals(held) || found.equals(underWay);
        String problem = right
                ? null
                : (found.equals(ABSENT) ? "lost" : held.equals(ABSENT) ? "came back" : "is of another time") + ": "
                        + prompt
                        + " held " + brief(held) + ", under way was " + (underWay == null ? "nothing" : brief(underWay))
                        + ", found was " + brief(found);
        held = found;
        underWay = null;
        return problem;
    }

    private static String brief(String answer) {
        return answer.equals(ABSENT) ? "no entry" : "'" + answer.substring(0, Math.min(answer.length(), 24)) + "'";
    }
}
