import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.List;

/** The official Java SDK. Its only change is the base URL, here from OPENAI_BASE_URL. */
public class Ask {
    public static void main(String[] args) {
        OpenAIClient client = OpenAIOkHttpClient.fromEnv();
        for (String question : List.of("How do I install a font?", "How can I install a font?")) {
            var answer = client.chat()
                    .completions()
                    .withRawResponse()
                    .create(ChatCompletionCreateParams.builder()
                            .model("gpt-4o-mini")
                            .addUserMessage(question)
                            .build());
            System.out.println(question + " -> " + answer.headers().values("cache-status"));
        }
        client.close();
    }
}
