"""The OpenAI SDK. Its only change is the base URL, here from OPENAI_BASE_URL."""

from openai import OpenAI

client = OpenAI()
for question in ["What is the tallest mountain on Earth?", "What's the tallest mountain on Earth?"]:
    answer = client.chat.completions.with_raw_response.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": question}]
    )
    print(question, "->", answer.headers["cache-status"])
    print("  ", answer.parse().choices[0].message.content[:70])

# One call may ask for less, or for more.
fresh = client.chat.completions.with_raw_response.create(
    model="gpt-4o-mini",
    messages=[{"role": "user", "content": "What is the tallest mountain on Earth?"}],
    extra_headers={"cache-control": "no-cache"},
)
print("with no-cache ->", fresh.headers["cache-status"])
