"""Compares what the SDKs held with and without Reprise in between, and prints a table.

    python compare.py CASES NAME=ANSWERS ...

Two answers are equal but for what differs between any two answers of a provider:

  chat, completions   id, created
  responses           id, created_at, the id of each item of output
  messages            id
  errors              the request's id, wherever it is named

The first call of a case with "first" asks for something else than the others, and is not compared.

An answer that was stored in the one form and served in the other may also lack a field that is null or empty, or have it: the
provider itself sends "annotations": [] in one form only, and what it did not send is not known.

Exits with 1 when anything else differs, or an outcome is not as the case expects it.
"""

import json
import re
import sys

PARTICULAR = {
    "chat": [("id",), ("created",)],
    "completions": [("id",), ("created",)],
    "responses": [("id",), ("created_at",), ("output", "*", "id")],
    "messages": [("id",)],
    "embeddings": [],
}
REQUEST_ID = re.compile(r"req_[0-9a-f]{32}")
LEGS = "miss", "hit", "other form"


def without(tree, path):
    if path[0] == "*":
        return [without(each, path[1:]) for each in tree]
    if path[0] not in tree:
        return tree
    rest = {name: value for name, value in tree.items() if name != path[0]}
    return rest if len(path) == 1 else rest | {path[0]: without(tree[path[0]], path[1:])}


def without_empty(tree):
    if isinstance(tree, list):
        return [without_empty(each) for each in tree]
    if isinstance(tree, dict):
        return {name: without_empty(value) for name, value in tree.items() if value not in (None, [], {})}
    return tree


def comparable(found, leg):
    answer = found.get("answer")
    for path in PARTICULAR[found["wire"]] if answer else []:
        answer = without(answer, path)
    if leg == "other form":
        answer = without_empty(answer)
    error = REQUEST_ID.sub("req", json.dumps(found.get("error")))
    return {"answer": answer, "events": found.get("events"), "error": json.loads(error)}


def differences(expected, actual, path=""):
    """The places where two trees differ, and what stands there."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in sorted(expected.keys() | actual.keys()):
            if name not in actual or name not in expected:
                side = expected if name in expected else actual
                yield f"{path}.{name}: {'missing' if name in expected else 'added'}: {json.dumps(side[name])[:200]}"
            else:
                yield from differences(expected[name], actual[name], f"{path}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual)):
            yield from differences(one, other, f"{path}[{index}]")
    elif expected != actual:
        yield f"{path}: direct {json.dumps(expected)[:300]}, through Reprise {json.dumps(actual)[:300]}"


def main(cases, *sdks):
    given = {(case["wire"], case["name"]): case for case in json.load(open(cases, encoding="utf-8"))}
    failures = []
    print(f"{'sdk':8}{'wire':13}{'case':32}{'form':8}" + "".join(f"{leg:13}" for leg in LEGS))
    for sdk, file in (each.split("=", 1) for each in sdks):
        found = {}
        for line in open(file, encoding="utf-8"):
            answer = json.loads(line)
            found[answer["wire"], answer["case"], answer["turn"], answer["form"], answer["leg"]] = answer
        for wire, name, turn, form in dict.fromkeys(key[:4] for key in found):
            direct = found[wire, name, turn, form, "direct"]
            cells = []
            for leg in LEGS:
                answer = found.get((wire, name, turn, form, leg))
                if answer is None:
                    cells.append("-")
                    continue
                expected = given[wire, name].get("outcomes", ["miss", "exact"])[leg != "miss"]
                asked_otherwise = leg == "miss" and "first" in given[wire, name]
                story = [] if asked_otherwise else list(differences(comparable(direct, leg), comparable(answer, leg)))
                if answer["outcome"] != expected:
                    story.insert(0, f"outcome: {answer['outcome']}, expected {expected}")
                cells.append(f"{answer['outcome']}{' !' if story else ''}")
                if story:
                    failures.append((f"{sdk} {wire} {name}, turn {turn + 1}, {form}, {leg}", story))
            label = name if turn == 0 else f"  turn {turn + 1}"
            print(f"{sdk:8}{wire:13}{label:32}{form:8}" + "".join(f"{cell:13}" for cell in cells))
    for title, story in failures:
        print(f"\n{title}")
        for line in story[:12]:
            print(f"    {line}")
    print(f"\n{len(failures)} differences" if failures else "\nNo differences.")
    return 1 if failures or not sdks else 0


sys.exit(main(*sys.argv[1:]))
