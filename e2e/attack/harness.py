"""The parts that an attack needs: upstreams that speak the providers' wires, a server of a distribution, and the line a case prints."""

import base64
import hashlib
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

OWNED = "Hello from upstream"
CASES = []
FAILURES = []


class Upstream(http.server.BaseHTTPRequestHandler):
    """Answers every call with a text of its own, in the wire of its path, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    calls = []
    lock = threading.Lock()
    released = threading.Event()

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.seen(b"")
        if self.headers.get("upgrade", "").lower() == "websocket":
            self.echo()
        else:
            self.reply(b'{"object":"list","data":[]}')

    def seen(self, body):
        with self.lock:
            self.calls.append((self.server.name, self.path, dict(self.headers.items()), body))
            return len(self.calls)

    def echo(self):
        """A WebSocket that sends back what comes, frames and all."""
        accept = base64.b64encode(hashlib.sha1((self.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        self.wfile.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + accept + b"\r\n\r\n")
        head = self.rfile.read(2)
        mask = self.rfile.read(4)
        text = bytes(b ^ mask[i % 4] for i, b in enumerate(self.rfile.read(head[1] & 0x7F)))
        self.wfile.write(bytes([0x81, len(text)]) + text)
        self.close_connection = True

    def do_POST(self):
        if self.headers.get("transfer-encoding"):
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
        number = self.seen(body)
        text = f"{OWNED} {number}"
        if b"K-refused" in str(self.headers.get("authorization")).encode():
            self.reply(b'{"error":{"message":"no such key","type":"invalid_request_error"}}', status=401)
        elif b"status=422" in body and b"stream_options" in body:
            self.reply(b'{"error":{"message":"stream_options: extra fields not permitted"}}', status=422)
        elif b"framing=bad" in body:
            self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}")
            self.close_connection = True
        elif "count_tokens" in self.path:
            self.reply(b'{"input_tokens":3}')
        elif "/audio/" in self.path:
            self.reply(b"ID3", "audio/mpeg")
        elif "/embeddings" in self.path:
            self.reply(json.dumps({"object": "list", "model": "e", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, float(number)]}],
                "usage": {"prompt_tokens": 3, "total_tokens": 3}}).encode(), white=b"alive=" in body)
        elif "/messages" in self.path and b'"stream":true' in body.replace(b" ", b""):
            self.reply(self.message_events(text), "text/event-stream")
        elif "/messages" in self.path:
            self.reply(json.dumps({"id": f"m{number}", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
                "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": None,
                "usage": {"input_tokens": 3, "output_tokens": 3}}).encode())
        elif b'"stream":true' in body.replace(b" ", b"") and self.path.endswith("/chat/completions"):
            self.stream(text, body)
        else:
            self.reply(json.dumps({"id": f"c{number}", "object": "chat.completion", "created": 1, "model": "gpt-4o",
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
                "usage": {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6}}).encode(), white=b"alive=" in body)

    def reply(self, body, kind="application/json", status=200, white=False):
        """With white space first, the rest comes when the test says that it has got that."""
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body) + white))
        self.end_headers()
        if white:
            self.wfile.write(b" ")
            self.released.wait(10)
        self.wfile.write(body)

    @staticmethod
    def message_events(text):
        events = [{"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
                "content": [], "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 3, "output_tokens": 1}}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 3},
                "context_management": {"applied_edits": [{"type": "clear_tool_uses_20250919", "cleared_tool_uses": 1, "cleared_input_tokens": 9}]}},
            {"type": "message_stop"}]
        return b"".join(b"event: " + e["type"].encode() + b"\ndata: " + json.dumps(e).encode() + b"\n\n" for e in events)

    def stream(self, text, body):
        """The prompt says as what the stream is labelled, how it ends and what it holds: `label=`, `finish=`, `done=`, `holds=`."""
        told = dict(re.findall(rb"(label|finish|done|holds)=([^\s\"]*)", body))
        finish = told.get(b"finish", b"stop").decode()
        chunks = [{"delta": {"role": "assistant", "content": text}, "finish_reason": None}, {"delta": {}, "finish_reason": finish}]
        events = b"".join(
            b"data: " + json.dumps({"id": "s", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o",
                "choices": [{"index": 0, **chunk}]}).encode() + b"\n\n" for chunk in chunks)
        if told.get(b"holds") == b"error":
            events = events[: events.index(b"data:", 1)] + b'data: {"error":{"message":"overloaded"}}\n\n'
        if told.get(b"holds") == b"usage":
            events = events[:-3] + b',"usage":{"prompt_tokens":3,"completion_tokens":3,"total_tokens":6},"citations":["https://example.org"]}\n\n'
        events += {b"none": b"", b"one": b"data: [DONE]\n"}.get(told.get(b"done"), b"data: [DONE]\n\n")
        self.reply(events, told.get(b"label", b"text/event-stream").decode())


def upstream(name):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads, server.name = True, name
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class Server:
    """A server of the distribution, with the settings given."""

    def __init__(self, dist, *settings):
        self.data = tempfile.mkdtemp(prefix="reprise-attack-")
        self.log = open(os.path.join(self.data, "log.txt"), "wb+")
        java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
        command = [java, "-Xmx512m", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
            "-Dreprise.models=" + os.path.join(dist, "models"), "-cp", os.path.join(dist, "lib", "*"), "io.reprise.server.Main", "serve", "--port", "0",
            "--data", os.path.join(self.data, "data")]
        for setting in settings:
            command += ["--set", setting]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        end = time.time() + 60
        while not (found := re.search(r"http://[^\s/]*:(\d+)", self.said())):
            if time.time() > end or self.process.poll() is not None:
                sys.exit("attack: the server does not start\n" + self.said())
            time.sleep(0.1)
        self.port = int(found[1])

    def said(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            return log.read()

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)

    def call(self, path, body=None, method=None, timeout=20, **headers):
        """Status, headers in lower case, body; an underscore in a header's name stands for a hyphen."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if isinstance(body, (dict, list)):
                body = json.dumps(body).encode()
            connection.request(method or ("GET" if body is None else "POST"), path, body, sent)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def raw(self, text, timeout=5):
        """The first line of the answer to these bytes, or nothing."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as client:
            client.sendall(text)
            try:
                return client.recv(4096).split(b"\r\n")[0].decode("latin-1")
            except (TimeoutError, ConnectionResetError):
                return ""


def case(name, holds, detail=""):
    print(("ok   " if holds else "FAIL ") + name + ("" if holds else f": {detail}"), flush=True)
    CASES.append(name)
    if not holds:
        FAILURES.append(name)


def chat(prompt, **more):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": prompt}], **more}


