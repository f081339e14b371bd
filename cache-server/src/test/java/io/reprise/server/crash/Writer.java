package io.reprise.server.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One caller that stores, replaces and deletes entries of its own, one request at a time, and notes each acknowledgement. Confined to
 * one thread while it {@link #write writes}.
 */
final class Writer {
    private static final int QUESTIONS_PER_TAG = 6;
    private static final int MAX_FILLER = 3000;
    private static final int STORES = 70;
    private static final int DELETES = 27;
    private static final int ALL = 100;

    private final int number;
    private final SplittableRandom random;
    private final List<Question> questions = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private long stores;
    private long deletes;

    Writer(int number, int questionCount, SplittableRandom random) {
        this.number = number;
        this.random = random;
        for (int i = 0; i < questionCount; i++) {
            questions.add(new Question(
                    "What does setting " + i + " of group " + number + " do?",
                    "w" + number + "-" + i / QUESTIONS_PER_TAG));
        }
    }

    List<Question> questions() {
        return questions;
    }

    /** What the server said that contradicts what it had said before. */
    List<String> problems() {
        return problems;
    }

    /** Acknowledged stores. */
    long stores() {
        return stores;
    }

    /** Entries whose deletion was acknowledged. */
    long deletes() {
        return deletes;
    }

    /**
     * Writes until no answer comes any more.
     *
     * @param acknowledged runs after each acknowledgement
     */
    void write(CacheClient cache, Runnable acknowledged) {
        try {
            while (true) {
                Question question = questions.get(random.nextInt(questions.size()));
                int dice = random.nextInt(ALL);
                if (dice < STORES || question.id().isEmpty()) {
                    store(cache, question);
                } else if (dice < STORES + DELETES) {
                    delete(cache, question);
                } else {
                    deleteTagged(cache, question.tag());
                }
                acknowledged.run();
            }
        } catch (IOException killed) {
            // What was under way is noted, and may have happened or not.
        } catch (IllegalStateException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void store(CacheClient cache, Question question) throws IOException {
        String answer = "answer " + stores + " of writer " + number + " " + "x".repeat(random.nextInt(MAX_FILLER));
        boolean wasHeld = question.isHeld();
        question.begin(answer);
        JsonNode told = cache.store(question, answer);
        question.acknowledged(told.path("id").asText());
        check(told.path("replaced").asBoolean() == wasHeld, "a store was told replaced=" + !wasHeld, question);
        stores++;
    }

    private void delete(CacheClient cache, Question question) throws IOException {
        boolean wasHeld = question.isHeld();
        question.begin(Question.ABSENT);
        boolean there = cache.delete(question.id());
        question.acknowledged();
        check(there == wasHeld, "a delete was told " + there, question);
        deletes += there ? 1 : 0;
    }

    private void deleteTagged(CacheClient cache, String tag) throws IOException {
        List<Question> tagged =
                questions.stream().filter(each -> each.tag().equals(tag)).toList();
        long held = tagged.stream().filter(Question::isHeld).count();
        tagged.forEach(each -> each.begin(Question.ABSENT));
        int deleted = cache.deleteTagged(tag);
        tagged.forEach(Question::acknowledged);
        check(deleted == held, "of " + held + " entries " + deleted + " were deleted", tagged.getFirst());
        deletes += deleted;
    }

    private void check(boolean right, String problem, Question question) {
        if (!right) {
            problems.add(problem + ": " + question.prompt());
        }
    }
}
