"""Who calls: another's answer, another's power, another's room."""

import gzip
import json
import re
import zlib

from harness import OWNED, Upstream, case, chat


CREDENTIALS = ["authorization", "x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key", "cookie", "proxy-authorization",
    "apikey", "x-auth-token", "cf-aig-authorization", "helicone-auth", "x-portkey-api-key", "x-litellm-api-key", "x-amz-security-token",
    "x-forwarded-user", "x-goog-iap-jwt-assertion", "private-token"]


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


def header_mode(server):
    """The server believes one x-user of each call."""
    ask = lambda head: server.raw(b"GET /v1/cache/entries HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head + b"\r\n")
    for name, head, status in [("none", b"", "401"), ("an empty one", b"X-User: \r\n", "401"),
            ("two", b"X-User: alice\r\nX-User: bob\r\n", "400"), ("one", b"X-User: alice\r\n", "200")]:
        line = ask(head)
        case(f"header of the caller: {name}", f" {status}" in line, line or "no answer")


def room(server):
    """The server keeps 60 entries."""
    store = lambda who, number: server.call("/v1/chat/completions", chat(f"Name the river number {number} of {who}."),
        authorization=f"Bearer sk-{who}")
    kept = lambda who: len(json.loads(server.call("/v1/cache/entries?limit=100", authorization=f"Bearer sk-{who}")[2])["entries"])
    for number in range(25):
        store("small", number)
    for number in range(120):
        store("large", number)
    case("room: a fair share stays", kept("small") >= 25, kept("small"))
    for number in range(60):
        server.call("/v1/cache/entries", {"prompt": f"What is {number} plus {number}?", "completion": "x"}, authorization=f"Bearer K-refused-{number}")
    case("room: invented bearers share a small part", kept("small") >= 25 and kept("large") >= 25, [kept("small"), kept("large")])


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


def zstd(body):
    """A frame of raw blocks (RFC 8878)."""
    return b"\x28\xb5\x2f\xfd\xa0" + len(body).to_bytes(4, "little") + ((len(body) << 3) | 1).to_bytes(3, "little") + body


def odd_bodies(server):
    body = json.dumps(chat("hello", model="internal-hr") | {"model": "internal-hr"}).encode()
    deflate = zlib.compress(body)
    for name, sent, headers in [("plain", body, {}), ("gzip", gzip.compress(body), {"content-encoding": "gzip"}),
            ("deflate", deflate, {"content-encoding": "deflate"}),
            ("zstd", zstd(body), {"content-encoding": "zstd"}), ("BOM", b"\xef\xbb\xbf" + body, {}),
            ("stream: 1", body[:-1] + b',"stream":1}', {}), ("a name twice", body[:-1] + b',"user":"a","user":"b"}', {}),
            ("half a surrogate", body.replace(b"hello", b"\\ud800"), {}),
            ("large", body[:-1] + b',"x":"' + b"a" * 11_000_000 + b'"}', {})]:
        before = len(Upstream.calls)
        server.call("/v1/chat/completions", sent, **headers)
        asked = [call[0] for call in Upstream.calls[before:]]
        case(f"model's own upstream: {name}", "default" not in asked, asked)
    before = len(Upstream.calls)
    server.call("/v1/audio/speech", {"model": "internal-hr", "input": "hello", "voice": "alloy"}, authorization="Bearer sk-secret")
    asked = [call[0] for call in Upstream.calls[before:]]
    case("model's own upstream: an uncached route", asked == ["local"], asked)
    for key in [{"authorization": "Bearer sk-ant-secret"}, {"x_api_key": "sk-ant-secret"}]:
        before = len(Upstream.calls)
        server.call("/v1/models", **key)
        asked = [call[0] for call in Upstream.calls[before:]]
        case(f"Anthropic's: GET /v1/models with {list(key)[0]}", asked == ["anthropic"], asked)
    for path in ["/v1/messages/count_tokens", "/v1/messages/batches"]:
        before = len(Upstream.calls)
        server.call(path, {"model": "claude-haiku-4-5", "messages": []}, x_api_key="sk-ant-secret")
        asked = [call[0] for call in Upstream.calls[before:]]
        case(f"Anthropic's: {path}", "default" not in asked, asked)
