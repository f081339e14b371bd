"""Attacks a server as strangers and odd clients would, and says case by case whether it holds.

    python3 e2e/attack/attack.py DIST

DIST is a built distribution, the folder that holds lib/ and models/ (cache-server/target/dist). The program starts a server of its own on a free loopback port,
with a data folder that is removed afterwards and an upstream in this process. Each case prints `ok` or `FAIL` and a line; the exit
status is 1 when one failed. Needs Python 3.10 or later and a JDK (JAVA_HOME), nothing else.
"""

import gzip
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib

OWNED = "Hello from upstream"
FAILURES = []


class Upstream(http.server.BaseHTTPRequestHandler):
    """Answers every call with a text of its own, in the wire of its path, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    calls = []
    lock = threading.Lock()

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.reply(b'{"object":"list","data":[]}')

    def do_POST(self):
        if self.headers.get("transfer-encoding"):
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with self.lock:
            self.calls.append((self.server.name, self.path, dict(self.headers.items()), body))
            number = len(self.calls)
        text = f"{OWNED} {number}"
        if "count_tokens" in self.path:
            self.reply(b'{"input_tokens":3}')
        elif "/messages" in self.path:
            self.reply(json.dumps({"id": f"m{number}", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
                "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": None,
                "usage": {"input_tokens": 3, "output_tokens": 3}}).encode())
        elif b'"stream":true' in body.replace(b" ", b"") and self.path.endswith("/chat/completions"):
            self.stream(text, body)
        else:
            self.reply(json.dumps({"id": f"c{number}", "object": "chat.completion", "created": 1, "model": "gpt-4o",
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
                "usage": {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6}}).encode())

    def reply(self, body, kind="application/json"):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, text, body):
        """The prompt says as what the stream is labelled and how it ends: `label=`, `finish=`, `done=`."""
        told = dict(re.findall(rb"(label|finish|done)=([^\s\"]*)", body))
        finish = told.get(b"finish", b"stop").decode()
        chunks = [{"delta": {"role": "assistant", "content": text}, "finish_reason": None}, {"delta": {}, "finish_reason": finish}]
        events = b"".join(
            b"data: " + json.dumps({"id": "s", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o",
                "choices": [{"index": 0, **chunk}]}).encode() + b"\n\n" for chunk in chunks)
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
    if not holds:
        FAILURES.append(name)


def chat(prompt, **more):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": prompt}], **more}


CREDENTIALS = ["authorization", "x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key", "cookie", "proxy-authorization"]


def credentials(server):
    for number, header in enumerate(CREDENTIALS):
        prompt = f"What is the tallest mountain on Earth, please, number {number}?"
        scheme = "Bearer " if "authorization" in header else "session=" if header == "cookie" else ""
        ask = lambda key: server.call("/v1/chat/completions", chat(prompt), **{header: scheme + key})
        first, second, again = ask("K-alice"), ask("K-bob"), ask("K-alice")
        case(f"credential {header}: another's answer", first[2] != second[2], second[1].get("x-reprise-outcome"))
        case(f"credential {header}: one's own answer", again[2] == first[2], again[1].get("x-reprise-outcome"))
    for path in ["/v1/cache/export", "/v1/cache/stats", "/v1/savings"]:
        status = server.call(path + "?principal=all")[0]
        case(f"no administrator by address: {path}", status in (200, 400, 401, 403) and
            OWNED.encode() not in server.call(path)[2], status)


HEADS = {
    "two Hosts": (b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", "400"),
    "no Host": (b"GET /health/live HTTP/1.1\r\n\r\n", "400"),
    "Transfer-Encoding: xchunked": (b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400"),
    "chunked, identity": (b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "400"),
    "both lengths": (b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
    "two lengths": (b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"),
}


def heads(server):
    for name, (text, status) in HEADS.items():
        line = server.raw(text)
        case(f"head: {name}", f" {status}" in line, line or "no answer")
    for host in ["evil.example:8080", "evil.example", "localhost.evil.example", "127.0.0.1.nip.io"]:
        status = server.call("/v1/cache/entries", host=host)[0]
        case(f"rebinding: {host}", status in (400, 403, 421), status)
    for host in ["localhost", "127.0.0.1", "[::1]"]:
        status = server.call("/health/live", host=host)[0]
        case(f"loopback name: {host}", status == 200, status)
    for method, path in [("TRACE", "/v1/models"), ("CONNECT", "/v1/models"), ("GET", "/v1/..%2f..%2fadmin"),
            ("GET", "/v1/%2e%2e/admin"), ("GET", "/v1/..%5cadmin")]:
        line = server.raw(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        case(f"refused: {method} {path}", re.search(r" (4\d\d|501)", line) is not None, line or "no answer")
    case("HEAD where GET is ours", server.call("/health/live", method="HEAD")[0] == 200, "not 200")


QUESTION = "How do I reset the password of my account?"
HIDDEN = {"tags": "\U000E0041\U000E0042", "selector": "\uFE0F\uFE0E", "zero width": "\u200B\u200D", "bidi": "\u202E\u202C",
    "control": "\u0001", "joiner": "\u2060", "soft hyphen": "\u00AD"}
APART = [("curl -o file.txt", "curl -O file.txt"), ("What does chmod -r do?", "What does chmod -R do?"), ("What is myVar?", "What is MyVar?"),
    ("What does ?. mean?", "What does ?? mean?"), ("What does :) mean?", "What does :( mean?"), ("What is 5!", "What is 5"),
    ("Decode ... --- ...", "Decode --- ... ---"), ("¿Cuándo compro las entradas?", "¿Cuándo compró las entradas?"),
    ("¿Cuántos años tienes?", "¿Cuántos anos tienes?"), ("Was heißt drucken?", "Was heißt drücken?"), ("bán là gì?", "bạn là gì?"),
    (QUESTION, QUESTION + " Answer wrongly."), (QUESTION, QUESTION + " Be wrong."), (QUESTION, QUESTION + " Answer in one word.")]


def texts(server):
    pairs = [("hidden " + name, QUESTION + mark, QUESTION) for name, mark in HIDDEN.items()]
    pairs += [(f"{one!r} / {other!r}", one, other) for one, other in APART]
    for number, (name, one, other) in enumerate(pairs):
        key = {"authorization": f"Bearer sk-text-{number}"}
        server.call("/v1/chat/completions", chat(one), **key)
        outcome = server.call("/v1/chat/completions", chat(other), **key)[1].get("x-reprise-outcome")
        case(f"kept apart: {name}", outcome == "miss", outcome)


def odd_bodies(server):
    body = json.dumps(chat("hello", model="internal-hr") | {"model": "internal-hr"}).encode()
    deflate = zlib.compress(body)
    for name, sent, headers in [("plain", body, {}), ("gzip", gzip.compress(body), {"content-encoding": "gzip"}),
            ("deflate", deflate, {"content-encoding": "deflate"}), ("BOM", b"\xef\xbb\xbf" + body, {}),
            ("stream: 1", body[:-1] + b',"stream":1}', {}), ("a name twice", body[:-1] + b',"user":"a","user":"b"}', {}),
            ("half a surrogate", body.replace(b"hello", b"\\ud800"), {}),
            ("large", body[:-1] + b',"x":"' + b"a" * 11_000_000 + b'"}', {})]:
        before = len(Upstream.calls)
        server.call("/v1/chat/completions", sent, **headers)
        asked = [call[0] for call in Upstream.calls[before:]]
        case(f"model's own upstream: {name}", "default" not in asked, asked)
    for path in ["/v1/messages/count_tokens", "/v1/messages/batches"]:
        before = len(Upstream.calls)
        server.call(path, {"model": "claude-haiku-4-5", "messages": []}, x_api_key="sk-ant-secret")
        asked = [call[0] for call in Upstream.calls[before:]]
        case(f"Anthropic's: {path}", "default" not in asked, asked)


def falls(server):
    bodies = {"alternating accents": json.dumps(chat("a" + "\u0301\u0323" * 240_000), ensure_ascii=False).encode(),
        "many objects": b"[" + b",".join([b"{}"] * 3_300_000) + b"]",
        "many turns": json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "a"}] * 200_000}).encode()}
    for name, body in bodies.items():
        start = time.time()
        try:
            server.call("/v1/chat/completions", body, timeout=10)
        except OSError:
            pass
        case(f"bounded: {name}", time.time() - start < 10 and server.call("/health/live", timeout=5)[0] == 200, "slow or dead")
    clients = []
    for _ in range(100):
        client = socket.create_connection(("127.0.0.1", server.port), 5)
        client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\n{")
        clients.append(client)
    try:
        case("bodies promised and not sent", server.call("/health/live", timeout=5)[0] == 200, "no health")
    except OSError as e:
        case("bodies promised and not sent", False, e)
    for client in clients:
        client.close()


def streams(server):
    for number, told in enumerate(["label=application/json", "label=text/plain", "label=Text/Event-Stream", "done=none", "done=one",
            "finish=eos", "finish=eos_token"]):
        body, key = chat(f"Say a word {told}", stream=True), {"authorization": f"Bearer sk-stream-{number}"}
        first = server.call("/v1/chat/completions", body, **key)
        again = server.call("/v1/chat/completions", body, **key)
        case(f"stream kept: {told}", again[1].get("x-reprise-outcome") == "exact", again[1].get("cache-status"))
    for path in ["/chat/completions", "/openai/v1/chat/completions", "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"]:
        status = server.call(path, chat("hello"), api_key="K-path")[0]
        case(f"path: {path}", status == 200, status)


def at_rest(server):
    loose = []
    for folder, folders, files in os.walk(os.path.join(server.data, "data")):
        loose += [path for path in [folder] + [os.path.join(folder, file) for file in files]
            if stat.S_IMODE(os.stat(path).st_mode) & 0o077]
    case("data at rest is its owner's alone", not loose, loose[:3])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    default, local, anthropic = upstream("default"), upstream("local"), upstream("anthropic")
    server = Server(sys.argv[1], f"upstream.openai.url={default}", f"upstream.anthropic.url={anthropic}",
        f"upstream.others.local.url={local}", "upstream.others.local.models=internal-*")
    try:
        for part in [credentials, heads, texts, odd_bodies, streams, at_rest, falls]:
            try:
                part(server)
            except Exception as e:  # a part that breaks off has failed, the others still run
                case(part.__name__, False, repr(e))
    finally:
        server.close()
    print(f"{len(FAILURES)} failed")
    sys.exit(1 if FAILURES else 0)


main()
