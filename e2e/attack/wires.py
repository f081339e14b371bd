"""Streams, upstreams and clients as they are out there."""

import base64
import json
import os
import socket

from harness import Upstream, case, chat


def streams(server):
    for number, told in enumerate(["label=application/json", "label=text/plain", "label=Text/Event-Stream", "done=none", "done=one",
            "finish=eos", "finish=eos_token"]):
        body, key = chat(f"Say a word {told}", stream=True), {"authorization": f"Bearer sk-stream-{number}"}
        first = server.call("/v1/chat/completions", body, **key)
        again = server.call("/v1/chat/completions", body, **key)
        case(f"stream kept: {told}", again[1].get("cache-status", "").startswith("reprise; hit"), again[1].get("cache-status"))
    for path in ["/chat/completions", "/openai/v1/chat/completions", "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"]:
        status = server.call(path, chat("hello"), api_key="K-path")[0]
        case(f"path: {path}", status == 200, status)
    first = server.call("/v1/chat/completions", chat("Say a word status=422", stream=True), authorization="Bearer sk-422")
    case("stream: upstream refuses stream_options with 422", first[0] == 200 and b"[DONE]" in first[2], first[0])
    key = {"authorization": "Bearer sk-broken"}
    first = server.call("/v1/chat/completions", chat("Say a word holds=error", stream=True), **key)
    again = server.call("/v1/chat/completions", chat("Say a word holds=error", stream=True), **key)
    case("stream: an error in the middle is not stored, nor said to be",
        "stored" not in first[1]["cache-status"] and again[1]["x-reprise-outcome"] == "miss", again[1]["cache-status"])
    first = server.call("/v1/chat/completions", chat("Say a word holds=usage", stream=True), authorization="Bearer sk-usage")
    case("stream: usage unasked comes with its citations", b"citations" in first[2] and b"usage" in first[2], first[2][-200:])
    body = {"model": "claude-haiku-4-5", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    headers = {"x_api_key": "sk-ant-1", "anthropic_version": "2023-06-01"}
    server.call("/v1/messages", body, **headers)
    again = server.call("/v1/messages", body, **headers)
    events = [json.loads(line[6:]) for line in again[2].split(b"\n") if line.startswith(b"data: ")]
    held = [event["type"] for event in events if "context_management" in json.dumps(event)]
    case("stream: context_management is replayed where it stood", again[1]["x-reprise-outcome"] == "exact" and held == ["message_delta"], held)


def keep_alive(server):
    for path, body in [("/v1/chat/completions", chat("Say a word alive=yes")), ("/v1/embeddings", {"model": "e", "input": "alive=yes"})]:
        Upstream.released.clear()
        text = json.dumps(body).encode()
        with socket.create_connection(("127.0.0.1", server.port), 5) as client:
            client.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text)
            came = b""
            try:
                while b"\r\n\r\n" not in came or came.endswith(b"\r\n\r\n"):
                    came += client.recv(4096)
                first = True
            except TimeoutError:
                first = False
            Upstream.released.set()
            while part := client.recv(65536):
                came += part
        case(f"white space is passed on as it comes: {path}", first and b'"object"' in came, came[-100:])


def clients(server):
    key = {"authorization": "Bearer sk-equal"}
    ask = lambda body, **headers: server.call("/v1/chat/completions", body, **key, **headers)[1].get("x-reprise-outcome")
    ask(chat("Name a colour."))
    for name, body in [("a null", chat("Name a colour.", stop=None)), ("no tools", chat("Name a colour.", tools=[]))]:
        case(f"equal calls: {name}", ask(body) == "exact", "not exact")
    body = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "Name a beta."}]}
    betas = lambda value: server.call("/v1/messages", body, x_api_key="sk-ant-2", anthropic_version="2023-06-01", anthropic_beta=value)[1].get("x-reprise-outcome")
    betas("one-2025-01-01,two-2025-01-01")
    case("equal calls: order of betas", betas("two-2025-01-01, one-2025-01-01") == "exact", "not exact")
    server.call("/v1/chat/completions", chat("hello") | {"model": "gpt\x1b[31m\n4"}, **key)
    metrics = server.call("/metrics")[2]
    case("an escape in a model's name reaches no metric", b"\x1b" not in metrics and b"\\n4" not in metrics, "it does")
    status = server.call("/v1/chat/completions", chat("Say a word framing=bad"), **key)[0]
    server.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")
    case("a bad chunk size leaves no stack trace", status == 502 and "\tat " not in server.said() and "\n    at " not in server.said(), status)
    with socket.create_connection(("127.0.0.1", server.port), 5) as client:
        nonce = base64.b64encode(os.urandom(16))
        client.sendall(b"GET /v1/realtime?model=gpt-4o HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + nonce + b"\r\nAuthorization: Bearer sk-1\r\n\r\n")
        came, sent = b"", False
        try:
            while b"echo" not in came and (part := client.recv(4096)):
                came += part
                if not sent and b"\r\n\r\n" in came:
                    client.sendall(bytes([0x81, 0x84, 0, 0, 0, 0]) + b"echo")
                    sent = True
        except TimeoutError:
            pass
        case("a WebSocket passes through", b" 101 " in came and b"echo" in came, came[:100])
