"""What the epochs promise. The texts are this project's own."""

import pytest
from test_data import write

from reprise_verifier import data as sets
from reprise_verifier import examples
from reprise_verifier.examples import Epochs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "EDITS", 300)
    pairs = [
        {"q1": f"How do I reset router {n} in June?", "q2": f"What is the best way to reset router {n}?", "label": n % 2} for n in range(60)
    ]
    write(tmp_path, "pairs_qqp", pairs)
    return tmp_path


def learned(folder):
    return Epochs(sets.TrainingData(folder), None, sets.LEARNED_FOLDS).examples(0)


def test_no_text_of_a_set_that_measures_is_made_by_an_edit(folder):
    there = set(sets.TrainingData(folder).texts)
    made = {sets.text_of(example.second) for example in learned(folder)} - there
    measured = sorted(made)[::2]
    write(folder, "pairs_synthetic_edits", [{"q1": "x", "q2": text, "label": 1} for text in measured])
    made_beside = {sets.text_of(example.second) for example in learned(folder)} - there
    assert measured and made_beside
    assert not made_beside & set(measured)


def test_without_prompts_only_the_texts_are_edited(folder):
    assert not sets.TrainingData(folder).prompts
    texts = set(sets.TrainingData(folder).texts)
    assert {example.first for example in learned(folder)} <= texts


def test_prompts_alone_are_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "EDITS", 20)
    write(tmp_path, "prompts_llm", [{"text": f"Explain in {n} lines how a bridge is built", "source": "own"} for n in range(40)])
    assert len(learned(tmp_path)) == 20


def test_the_same_epoch_learns_from_the_same(folder):
    assert learned(folder) == learned(folder)
