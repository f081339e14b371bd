"""LangChain's ChatOpenAI reads OPENAI_API_BASE or takes base_url; response headers come with include_response_headers."""

import os

from langchain_openai import ChatOpenAI

model = ChatOpenAI(
    model="gpt-4o-mini", base_url=os.environ["OPENAI_BASE_URL"], include_response_headers=True
)
for question in ["Can I freeze cooked rice?", "Can you freeze cooked rice?"]:
    answer = model.invoke(question)
    print(question, "->", answer.response_metadata["headers"]["cache-status"])
