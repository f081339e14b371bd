// The Vercel AI SDK. openai("...") speaks the Responses API and leaves `store` unset, so upstream keeps the answer under an id
// and Reprise does not cache it. Either take openai.chat("..."), or say store: false, as below.
import { createOpenAI } from "@ai-sdk/openai";
import { generateText } from "ai";

const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL, apiKey: process.env.OPENAI_API_KEY });
const ways = [
  ["chat", openai.chat("gpt-4o-mini"), undefined],
  ["responses, store: false", openai("gpt-4o-mini"), { openai: { store: false } }],
  ["responses", openai("gpt-4o-mini"), undefined],
];
for (const [name, model, providerOptions] of ways) {
  for (const prompt of ["How do I cancel my subscription?", "How can I cancel my subscription?"]) {
    const { response } = await generateText({ model, prompt, providerOptions });
    console.log(`${name}: ${prompt} -> ${response.headers["cache-status"]}`);
  }
}
