"""LlamaIndex, by its class for servers that speak OpenAI's wire. It hides headers: the time shows the hit."""

import os
import time

from llama_index.llms.openai_like import OpenAILike

llm = OpenAILike(
    model="gpt-4o-mini",
    api_base=os.environ["OPENAI_BASE_URL"],
    api_key=os.environ["OPENAI_API_KEY"],
    is_chat_model=True,
)
answers = []
for question in ["How do I rename a file?", "How can I rename a file?"]:
    begun = time.monotonic()
    answers.append(llm.complete(question).text)
    print(f"{question} -> {1000 * (time.monotonic() - begun):.0f} ms")
print("the same answer:", answers[0] == answers[1])
