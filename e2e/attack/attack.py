#!/usr/bin/env python3
"""Attacks a server as strangers and odd clients would, and says case by case whether it holds.

    e2e/attack/attack.py DIST

DIST is a built distribution, the folder that holds lib/ and models/ (cache-server/target/dist). The program starts servers of its own on free loopback ports,
each with a data folder that is removed afterwards and an upstream in this process. Each case prints `ok` or `FAIL` and a line; the exit
status is 1 when one failed. Needs Python 3.10 or later and a JDK (JAVA_HOME), nothing else.
"""

import json
import os
import stat
import sys
import time

from harness import CASES, FAILURES, Server, case, chat, upstream
from load import falls, held, judged
from strangers import credentials, header_mode, heads, odd_bodies, room
from wires import clients, keep_alive, streams

QUESTION = "How do I reset the password of my account?"
HIDDEN = {"tags": "\U000E0041\U000E0042", "selector": "\uFE0F\uFE0E", "zero width": "\u200B\u200D", "bidi": "\u202E\u202C",
    "control": "\u0001", "joiner": "\u2060", "soft hyphen": "\u00AD"}
SAME = [(QUESTION, "How to reset my account's password?"), ("What is the capital of France?", "What's France's capital?")]
APART = [("What is a\u0301\u0300?", "What is a\u0300\u0301?"), ("What is $5?", "What is 5?"), ("What is 5%?", "What is 5?"), ("What is 5 percent?", "What is 5?"),
    ("How do I type aaa?", "How do I type aaaa?"), ("curl -o file.txt", "curl -O file.txt"), ("What does chmod -r do?", "What does chmod -R do?"), ("What is myVar?", "What is MyVar?"),
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
    for number, (one, other) in enumerate(SAME):
        key = {"authorization": f"Bearer sk-same-{number}"}
        server.call("/v1/cache/entries", {"prompt": one, "completion": "As asked."}, **key)
        found = json.loads(server.call("/v1/cache/lookup", {"prompt": other}, **key)[2])
        case(f"no guard forbids: {other!r}", not str(found.get("reason")).startswith("guard"), found.get("reason"))


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
    upstreams = [f"upstream.openai.url={default}", f"upstream.anthropic.url={anthropic}"]
    began = time.time()
    attack([f"upstream.others.local.url={local}", "upstream.others.local.models=internal-*", "audits.first_rate=1", *upstreams],
        [credentials, heads, texts, odd_bodies, streams, keep_alive, clients, at_rest, judged, held, falls])
    attack(["principals.mode=header", "principals.header=x-user", *upstreams], [header_mode])
    attack(["cache.max_entries=60", *upstreams], [room])
    print(f"{len(CASES)} cases, {len(FAILURES)} failed, {time.time() - began:.0f} s")
    sys.exit(1 if FAILURES else 0)


def attack(settings, parts):
    server = Server(sys.argv[1], *settings)
    try:
        for part in parts:
            try:
                part(server)
            except Exception as e:  # a part that breaks off has failed, the others still run
                case(part.__name__, False, repr(e))
    finally:
        server.close()


main()
