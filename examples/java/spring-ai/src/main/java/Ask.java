import java.util.List;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI. In an application, spring.ai.openai.base-url in application.properties is all. */
public class Ask {
    public static void main(String[] args) {
        OpenAiChatModel model = OpenAiChatModel.builder()
                .options(OpenAiChatOptions.builder()
                        .baseUrl(System.getenv("OPENAI_BASE_URL"))
                        .apiKey(System.getenv("OPENAI_API_KEY"))
                        .model("gpt-4o-mini")
                        .build())
                .build();
        String first = null;
        for (String question : List.of("How do I update my address?", "How can I update my address?")) {
            String answer = model.call(question);
            System.out.println(question + " -> the same answer: " + answer.equals(first));
            first = answer;
        }
    }
}
