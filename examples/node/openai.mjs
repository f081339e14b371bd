// The OpenAI SDK. Its only change is the base URL, here from OPENAI_BASE_URL.
import OpenAI from "openai";

const client = new OpenAI();
for (const content of ["How do I convert a PDF to Word?", "How can I convert a PDF to Word?"]) {
  const { response } = await client.chat.completions
    .create({ model: "gpt-4o-mini", messages: [{ role: "user", content }] })
    .withResponse();
  console.log(content, "->", response.headers.get("cache-status"));
}
