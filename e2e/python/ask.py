"""Asks every case through the official Python SDKs and prints what their objects hold, a line of JSON per answer.

    python ask.py CASES UPSTREAM_URL REPRISE_URL

Each case is asked upstream itself, whole and streamed, and then of Reprise by two callers: the first asks whole, whole again
and streamed, the second streamed, streamed again and whole.
"""

import json
import sys

import anthropic
import openai

LEGS = [("whole", "miss"), ("whole", "hit"), ("stream", "other form")], [
    ("stream", "miss"),
    ("stream", "hit"),
    ("whole", "other form"),
]


class Sdk:
    """The SDKs as one caller of one server, who retries nothing."""

    def __init__(self, url, key):
        self.headers = {}
        hooks = {"response": [lambda response: setattr(self, "headers", response.headers)]}
        self.openai = openai.OpenAI(
            base_url=url + "/v1",
            api_key=key,
            max_retries=0,
            http_client=openai.DefaultHttpxClient(event_hooks=hooks),
        )
        self.anthropic = anthropic.Anthropic(
            base_url=url,
            api_key=key,
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(event_hooks=hooks),
        )

    def ask(self, case, body, form):
        """What came: the answer and the events, or the error."""
        self.headers = {}
        try:
            if form == "whole":
                found = {"answer": dump(self.whole(case["wire"], body))}
            else:
                found = self.stream(case["wire"], body | case.get("stream", {}))
        except (openai.APIStatusError, anthropic.APIStatusError) as failure:
            found = {"error": describe(failure)}
        except openai.LengthFinishReasonError as cut:
            found = {"error": {"class": type(cut).__name__, "completion": without_ids(dump(cut.completion))}}
        return found | {"outcome": self.headers.get("x-reprise-outcome")}

    def whole(self, wire, body):
        return {
            "chat": self.openai.chat.completions.create,
            "completions": self.openai.completions.create,
            "responses": self.openai.responses.create,
            "embeddings": self.openai.embeddings.create,
            "messages": self.anthropic.messages.create,
        }[wire](**body)

    def stream(self, wire, body):
        events = []
        if wire == "chat":
            with self.openai.chat.completions.stream(**body) as stream:
                for event in stream:
                    if event.type == "chunk":
                        events += chat_events(dump(event.chunk))
                answer = dump(stream.get_final_completion())
        elif wire == "completions":
            chunks = [dump(chunk) for chunk in self.openai.completions.create(stream=True, **body)]
            events = ["usage" if not chunk["choices"] else "text" for chunk in chunks]
            answer = joined(chunks)
        elif wire == "responses":
            with self.openai.responses.stream(**body) as stream:
                for event in stream:
                    events.append(event.type)
                # The SDK puts together only what was completed.
                answer = dump(stream.get_final_response() if event.type == "response.completed" else event.response)
        else:
            with self.anthropic.messages.stream(**body) as stream:
                for event in stream:
                    if event.type.startswith(("message_", "content_block_")):
                        delta = getattr(event, "delta", None)
                        events.append(event.type + " " + (getattr(delta, "type", None) or ""))
                answer = dump(stream.get_final_message())
        return {"answer": answer, "events": runs(events)}


def dump(thing):
    return thing.to_dict(mode="json") if hasattr(thing, "to_dict") else thing


def without_ids(completion):
    return completion | {"id": "", "created": 0}


def runs(events):
    """The kinds of the events in their order, each run of one kind once: how finely a text is cut is nobody's promise."""
    return [event for at, event in enumerate(events) if at == 0 or events[at - 1] != event]


def chat_events(chunk):
    """What a chunk carries, one by one: a role may come with the first of what is said or before it."""
    kinds = []
    for choice in chunk["choices"]:
        kinds += sorted((name for name, value in choice["delta"].items() if value), key=lambda name: (name != "role", name))
        kinds += ["finish"] if choice.get("finish_reason") else []
    return kinds if chunk["choices"] else ["usage"]


def joined(chunks):
    """Older completions, which the SDK does not put together itself."""
    whole = chunks[-1] | {"choices": []}
    for chunk in chunks:
        for choice in chunk["choices"]:
            while len(whole["choices"]) <= choice["index"]:
                whole["choices"].append({"text": "", "logprobs": []})
            sofar = whole["choices"][choice["index"]]
            sofar["text"] += choice["text"]
            sofar["finish_reason"] = choice.get("finish_reason")
            if choice.get("logprobs"):
                sofar["logprobs"].append(choice["logprobs"])
    for choice in whole["choices"]:
        fields = {name for part in choice["logprobs"] for name in part}
        choice["logprobs"] = {name: [each for part in choice["logprobs"] for each in part[name]] for name in sorted(fields)}
    return whole


def describe(failure):
    return {
        "class": type(failure).__name__,
        "status": failure.status_code,
        "message": failure.message,
        "body": failure.body,
        "code": getattr(failure, "code", None),
        "param": getattr(failure, "param", None),
        "type": getattr(failure, "type", None),
        "retry-after": failure.response.headers.get("retry-after"),
    }


def picked(source, *names):
    return {name: source[name] for name in names if source.get(name) is not None}


def following(wire, body, answer, turn):
    """The request of the next turn: all that was said, and what the user or the tools say now."""
    if wire == "embeddings":
        return body | {"input": body["input"] + [turn["say"]]}
    if wire == "chat":
        message = answer["choices"][0]["message"]
        said = {"role": "assistant", "content": message.get("content")}
        calls = message.get("tool_calls") or []
        if calls:
            said["tool_calls"] = [
                picked(call, "id", "type") | {"function": picked(call["function"], "name", "arguments")} for call in calls
            ]
        results = [{"role": "tool", "tool_call_id": call["id"], "content": turn.get("toolResult")} for call in calls]
        return body | {"messages": body["messages"] + [said] + (results or [{"role": "user", "content": turn.get("say")}])}
    if wire == "messages":
        names = "type", "text", "thinking", "signature", "id", "name", "input"
        said = {"role": "assistant", "content": [picked(block, *names) for block in answer["content"]]}
        results = [
            {"type": "tool_result", "tool_use_id": block["id"], "content": turn.get("toolResult")}
            for block in answer["content"]
            if block["type"] == "tool_use"
        ]
        return body | {"messages": body["messages"] + [said, {"role": "user", "content": results or turn.get("say")}]}
    said, results = [], []
    for item in answer["output"]:
        if item["type"] == "message":
            said.append({"role": "assistant", "content": item["content"][0]["text"]})
        else:
            said.append(picked(item, "type", "call_id", "name", "arguments"))
            results.append({"type": "function_call_output", "call_id": item["call_id"], "output": turn.get("toolResult")})
    return body | {"input": body["input"] + said + (results or [{"role": "user", "content": turn.get("say")}])}


def converse(sdk, case, form, leg):
    body = case["body"] | (case.get("first", {}) if leg == "miss" else {})
    for number, turn in enumerate([None] + case.get("then", [])):
        if turn is not None:
            body = following(case["wire"], body, found["answer"], turn)
        found = sdk.ask(case, body, form)
        heading = {"wire": case["wire"], "case": case["name"], "turn": number, "form": form, "leg": leg}
        print(json.dumps(heading | found), flush=True)
        if "error" in found:
            return


def main(cases, upstream, reprise):
    direct = Sdk(upstream, "sk-e2e-python")
    for number, case in enumerate(json.load(open(cases, encoding="utf-8"))):
        streams = case["wire"] != "embeddings"
        for form in ("whole", "stream") if streams else ("whole",):
            converse(direct, case, form, "direct")
        for caller, legs in enumerate(LEGS if streams else LEGS[:1]):
            sdk = Sdk(reprise, f"sk-e2e-python-{number}-{caller}")
            for form, leg in legs if streams else legs[:2]:
                converse(sdk, case, form, leg)


main(*sys.argv[1:])
