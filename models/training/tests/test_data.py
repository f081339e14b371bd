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


def test_no_text_is_on_both_sides(folder):
    data = sets.TrainingData(folder)
    learned = {text for pair in sets.learned_from(data, data.pairs) for text in (pair.first, pair.second)}
    held_out = {text for pair in sets.held_out(data, data.pairs) for text in (pair.first, pair.second)}
    assert learned and held_out
    assert not learned & held_out
    assert len(sets.learned_from(data, data.pairs)) + len(sets.held_out(data, data.pairs)) == len(data.pairs)


def test_what_labels_connect_is_in_one_fold_whatever_the_order():
    one, other = sets.Components(), sets.Components()
    links = [("a", "b"), ("b", "c"), ("d", "c"), ("e", "f")]
    for a, b in links:
        one.join(a, b)
    for a, b in reversed(links):
        other.join(b, a)
    assert len({one.fold(text) for text in "abcd"}) == 1
    assert [one.fold(text) for text in "abcdef"] == [other.fold(text) for text in "abcdef"]


def pair(first, second, same, weight=1.0):
    return sets.Pair(first, second, same, weight, "qqp")


def test_what_means_the_same_as_one_differs_from_what_differs_from_the_other():
    implied = sets.implied([pair("a", "b", True), pair("b", "c", False), pair("b", "d", True)])
    found = {(frozenset((p.first, p.second)), p.same) for p in implied}
    assert found == {(frozenset("ad"), True), (frozenset("ac"), False), (frozenset("dc"), False)}


def test_suspect_labels_and_contradictions_imply_nothing():
    assert sets.implied([pair("a", "b", True, sets.SUSPECT_WEIGHT), pair("b", "c", False)]) == []
    assert sets.implied([pair("a", "b", True), pair("b", "c", True), pair("a", "c", False)]) == []


def test_no_class_implies_more_than_its_share():
    star = [pair("hub", f"spoke {n}", True) for n in range(40)]
    assert len(sets.implied(star)) == sets.IMPLIED_OF_TEXT * 41


def test_near_are_the_nearest_others_each_couple_once():
    chance = np.random.RandomState(1)
    vectors = chance.normal(size=(50, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    couples, cosines = sets.near(vectors)
    assert (couples[:, 0] < couples[:, 1]).all() and len(np.unique(couples, axis=0)) == len(couples)
    assert cosines == pytest.approx((vectors[couples[:, 0]] * vectors[couples[:, 1]]).sum(1), abs=1e-5)
    all_cosines = vectors @ vectors.T
    np.fill_diagonal(all_cosines, -1)
    nearest = {tuple(sorted((row, int(other)))) for row, other in enumerate(all_cosines.argmax(1))}
    assert nearest <= set(map(tuple, couples.tolist()))


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


def judged(*labels, kind=""):
    pairs = [sets.Pair(f"a{n}", f"b{n}", label, 1, "set", kind) for n, label in enumerate(labels)]
    return pairs, np.array([2.0 * label - 1 for label in labels], dtype=np.float32)


def test_a_set_that_has_one_label_is_served_at_the_cutoff_but_not_ranked():
    found = sets.figures({sets.HELD_OUT: judged(True, False), "other": judged(True, True, kind="typo"), "none": judged()})
    assert found["held out auc"] == 1 and found["cutoff"] == -1
    assert {name: figure for name, figure in found.items() if name.startswith(("other", "none"))} == {"other typo True served": 1}


@pytest.mark.parametrize("held_out", [judged(), judged(True, True)])
def test_without_a_cutoff_sets_are_ranked_and_nothing_is_served(held_out):
    found = sets.figures({sets.HELD_OUT: held_out, "other": judged(True, False)})
    assert set(found) == {"other auc", "other same at 0.01", "other same at 0.005"}


def test_pairs_that_the_model_cannot_read_are_in_no_figure():
    pairs, values = judged(True, False, False)
    values[2] = np.nan
    assert sets.figures({sets.HELD_OUT: (pairs, values)})["cutoff"] == -1
    assert sets.figures({sets.HELD_OUT: (pairs[1:], values[1:])}) == {}
