"""Falling over: sizes and times that a stranger chooses."""

import json
import socket
import time

from harness import case, chat


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


def held(server):
    """Connections that send little or nothing hold up nobody else."""
    heads = []
    for _ in range(600):
        client = socket.create_connection(("127.0.0.1", server.port), 5)
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        heads.append(client)
    case("600 heads that do not end", healthy(server), "no health")
    for client in heads:
        client.close()
    imports = []
    for _ in range(32):
        client = socket.create_connection(("127.0.0.1", server.port), 5)
        client.sendall(b"POST /v1/cache/import HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk-idle\r\nContent-Length: 99999\r\n\r\n")
        imports.append(client)
    other = {"authorization": "Bearer sk-other"}
    case("32 idle imports: another's export", server.call("/v1/cache/export", **other)[0] == 200, "refused")
    line = b'{"prompt":"a","completion":"b"}\n'
    case("32 idle imports: another's import", server.call("/v1/cache/import", line, **other)[0] == 200, "refused")
    for client in imports:
        client.close()


def healthy(server):
    try:
        return server.call("/health/live", timeout=5)[0] == 200
    except OSError:
        return False


def judged(server):
    """Numbers of megabytes in two answers that the local judge compares; every hit of the lookup API is audited."""
    key, number = {"authorization": "Bearer sk-judge"}, "1." + "0" * 2_000_000 + "1"
    server.call("/v1/cache/entries", {"prompt": "How do I reset my password?", "completion": number}, **key)
    found = json.loads(server.call("/v1/cache/lookup", {"prompt": "how do I reset my password"}, **key)[2])
    start = time.time()
    status = server.call("/v1/cache/audits", {"lookup_id": found.get("lookup_id", ""), "completion": number[:-1] + "2"}, **key)[0]
    case("bounded: numbers that are compared", status == 202 and time.time() - start < 5 and healthy(server), status)
