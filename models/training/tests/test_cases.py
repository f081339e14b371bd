"""What the committed families and read pairs promise."""

import gzip
import json

from reprise_verifier import cases
from reprise_verifier.data import text_of


def test_every_family_is_whole():
    families = cases.families()
    assert len(families) == 2200
    for family in families:
        assert len(family.same) == 5 and len(family.different) == 6
        assert family.part in (cases.LEARN, cases.CHOOSE, cases.MEASURE)
        assert all(text == text_of(text) and text for text in [*family.same, *(text for text, _ in family.different)])


def test_no_text_of_a_family_is_in_two_parts():
    parts: dict[str, set[str]] = {}
    for family in cases.families():
        for text in [*family.same, *(text for text, _ in family.different)]:
            parts.setdefault(text, set()).add(family.part)
    assert not [text for text, found in parts.items() if len(found) > 1]


def test_pairs_of_a_family_join_all_that_is_the_same_with_all_that_is_not():
    family = cases.Family("d", cases.LEARN, ("a", "b", "c"), (("x", "number"), ("y", "entity")))
    pairs = list(family.pairs())
    assert sum(pair.same for pair in pairs) == 3
    assert {(pair.first, pair.second) for pair in pairs if not pair.same} == {(s, n) for s in "abc" for n in "xy"}


def test_parts_take_about_eight_one_and_one_tenths():
    counts = {part: sum(family.part == part for family in cases.families()) for part in (cases.LEARN, cases.CHOOSE, cases.MEASURE)}
    assert 1700 < counts[cases.LEARN] < 1820 and min(counts.values()) > 180


def test_texts_that_may_not_be_published_are_found_by_their_digests(tmp_path):
    rows = [json.loads(line) for line in gzip.open(cases.CASES / "read_pairs.jsonl.gz", "rt", encoding="utf-8")]
    assert not [row for row in rows if row["source"] == "qqp" and ("q1" in row or "q2" in row)]
    folder = tmp_path / "cases"
    folder.mkdir()
    own = [{"source": "qqp", "read": read, "part": "learn", "sha1": cases.digest("one"), "sha2": cases.digest("two")} for read in (1, 2)]
    with gzip.open(folder / "read_pairs.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in [*own, {**own[0], "sha2": cases.digest("nowhere")}])
    with gzip.open(tmp_path / "stream_qqp.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text}) + "\n" for text in (" one ", "two"))
    pairs = cases.ReadPairs(tmp_path, folder).of(cases.LEARN)
    assert [(pair.first, pair.second, pair.same) for pair in pairs] == [("one", "two", True)]


def test_banking_pairs_are_there_without_any_other_set(tmp_path):
    assert {pair.kind for pair in cases.ReadPairs(tmp_path).pairs} == {"banking"}
