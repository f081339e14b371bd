"""The Anthropic SDK. Its only change is the base URL, here from ANTHROPIC_BASE_URL (without /v1)."""

from anthropic import Anthropic

client = Anthropic()
for question in ["How do I reset my password?", "How can I reset my password?"]:
    answer = client.messages.with_raw_response.create(
        model="claude-sonnet-4-5", max_tokens=200, messages=[{"role": "user", "content": question}]
    )
    print(question, "->", answer.headers["cache-status"])
