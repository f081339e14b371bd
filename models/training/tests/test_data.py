"""What the sets promise. The texts are this project's own."""

import gzip
import json

import numpy as np
import pytest

from reprise_verifier import data as sets


def write(folder, name, rows):
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path):
    pairs = [
        {"q1": f"question {n}", "q2": f"asked again {n}", "label": n % 2, **({"suspect": "x"} if n == 7 else {})} for n in range(200)
    ]
    write(tmp_path, "pairs_qqp", pairs + [{"q1": "asked again 3", "q2": "question 4", "label": 0}])
    stream = [{"id": f"i{n}", "text": f" question {n} ", "class_id": f"c{n // 2}"} for n in range(40)]
    write(tmp_path, "stream_qqp", stream)
    write(tmp_path, "stream_qqp_negatives", [{"a": "i0", "b": "i9", "class_a": "c0", "class_b": "c4"}])
    return tmp_path


def test_no_label_connects_what_is_learned_with_what_is_not(folder):
    data = sets.TrainingData(folder)
    sides = {(data.learned(pair.first), data.learned(pair.second)) for pair in data.pairs}
    assert sides == {(True, True), (False, False)}


def test_what_labels_connect_is_in_one_fold_whatever_the_order():
    one, other = sets.Components(), sets.Components()
    links = [("a", "b"), ("b", "c"), ("d", "c"), ("e", "f")]
    for a, b in links:
        one.join(a, b)
    for a, b in reversed(links):
        other.join(b, a)
    assert len({one.fold(text) for text in "abcd"}) == 1
    assert [one.fold(text) for text in "abcdef"] == [other.fold(text) for text in "abcdef"]


def test_a_suspect_label_weighs_less(folder):
    weights = {pair.first: pair.weight for pair in sets.TrainingData(folder).pairs if pair.source == "qqp"}
    assert weights["question 7"] < weights["question 9"]


def test_measured_sets_leave_suspect_labels_out(folder):
    assert "question 7" not in {pair.first for pair in sets.measured(folder, "pairs_qqp")}


def test_area_under_curve_counts_ties_half():
    assert sets.area_under_curve(np.array([1.0, 1.0]), np.array([True, False])) == 0.5
    assert sets.area_under_curve(np.array([3.0, 1.0, 2.0, 1.0]), np.array([True, True, False, False])) == 0.625
    assert sets.area_under_curve(np.array([0.1, 0.9, 0.4]), np.array([False, True, False])) == 1.0


def test_shares_count_what_lies_above_the_score_of_the_different_ones():
    scores = np.arange(200, dtype=np.float32)
    same = np.arange(200) % 2 == 0
    share, cutoff = sets.shares(scores, same, 0.1)
    assert (scores[~same] > cutoff).mean() == pytest.approx(0.1)
    assert share == pytest.approx(0.1)


def test_with_nothing_to_learn_from_it_says_what_it_looked_for(tmp_path):
    write(tmp_path, "pairs_medical", [{"q1": "a", "q2": "b", "label": 1}])
    with pytest.raises(SystemExit, match=f"{tmp_path}: nothing to learn from.*pairs_qqp.*multiturn"):
        sets.TrainingData(tmp_path)
