import dev.langchain4j.model.openai.OpenAiChatModel;
import java.util.List;

/** LangChain4j. It hides headers: the time and the equal answers show the hit. */
public class Ask {
    public static void main(String[] args) {
        OpenAiChatModel model = OpenAiChatModel.builder()
                .baseUrl(System.getenv("OPENAI_BASE_URL"))
                .apiKey(System.getenv("OPENAI_API_KEY"))
                .modelName("gpt-4o-mini")
                .build();
        String first = null;
        for (String question : List.of("How do I change my e-mail address?", "How can I change my e-mail address?")) {
            long begun = System.nanoTime();
            String answer = model.chat(question);
            System.out.println(question + " -> " + (System.nanoTime() - begun) / 1_000_000 + " ms");
            System.out.println("  the same answer: " + answer.equals(first));
            first = answer;
        }
    }
}
