package io.reprise.server.testupstream;

import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Eight everyday questions in four wordings each, and right answers in as many as are wanted: traffic whose bill is
 * known.
 */
public final class EverydayQuestions {
    /** By question, its wordings. */
    public static final List<List<String>> ALL = List.of(
            List.of(
                    "How do I reset my password?",
                    "How can I reset my password?",
                    "how do i reset my password",
                    "What do I have to do to reset my password?"),
            List.of(
                    "What is the capital of Australia?",
                    "What's the capital of Australia?",
                    "which city is the capital of australia",
                    "Tell me the capital of Australia."),
            List.of(
                    "How long do I boil an egg?",
                    "How long should I boil an egg?",
                    "how long to boil an egg",
                    "For how long does an egg have to boil?"),
            List.of(
                    "How do I cancel my subscription?",
                    "How can I cancel my subscription?",
                    "I want to cancel my subscription, how do I do that?",
                    "cancel my subscription"),
            List.of(
                    "Can I freeze cooked rice?",
                    "Is it possible to freeze cooked rice?",
                    "can cooked rice be frozen",
                    "Can you freeze rice that has been cooked?"),
            List.of(
                    "How do I convert a PDF to Word?",
                    "How can I convert a PDF into Word?",
                    "convert pdf to word",
                    "What is the way to turn a PDF into a Word document?"),
            List.of(
                    "Why is the sky blue?",
                    "Why does the sky look blue?",
                    "what makes the sky blue",
                    "What is the reason that the sky is blue?"),
            List.of(
                    "How do I remove a coffee stain from a shirt?",
                    "How can I get a coffee stain out of a shirt?",
                    "remove coffee stain from shirt",
                    "What removes coffee stains from shirts?"));

    private static final List<String> OPENINGS = List.of(
            "Of course.",
            "Certainly!",
            "Here you are.",
            "In short:",
            "Good question.",
            "Happy to help.",
            "Yes.",
            "Sure:");

    private static final Map<String, Integer> QUESTION_OF = IntStream.range(0, ALL.size())
            .boxed()
            .flatMap(question -> ALL.get(question).stream().map(wording -> Map.entry(wording, question)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    private EverydayQuestions() {}

    /** All wordings of all questions, those of one question one behind the other. */
    public static List<String> wordings() {
        return ALL.stream().flatMap(List::stream).toList();
    }

    /** Whether an answer is one to this wording's question. */
    public static boolean isRight(String wording, String answer) {
        return answer.contains(topic(wording));
    }

    /**
     * Answers every question rightly.
     *
     * @param wordings in how many, 1 to 8
     * @param random from a bound to a number from 0 to below it
     */
    public static Scenario answeredIn(int wordings, IntUnaryOperator random) {
        return Scenario.chat(request -> {
            String asked =
                    request.json().orElseThrow().at("/messages/0/content").asText();
            int wording;
            synchronized (random) {
                wording = random.applyAsInt(wordings);
            }
            return Reply.text(OPENINGS.get(wording) + " " + topic(asked) + ", step by step; take wording " + wording
                    + " of the advice, which says the same as all the others.");
        });
    }

    private static String topic(String wording) {
        Integer question = QUESTION_OF.get(wording);
        if (question == null) {
            throw new IllegalArgumentException("is none of the questions: " + wording);
        }
        return "Advice no. " + question;
    }
}
