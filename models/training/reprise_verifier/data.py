"""The labelled prompts: what is learned from, and what only measures.

Files and columns are those of a folder of evaluation sets, one JSON object per line, gzipped. Texts that labels connect, directly or
through others, are in one of ten folds together; the last folds are held out, so that no text is on both sides.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDS = 10
LEARNED_FOLDS = 8
HELD_OUT = "held out"
SOURCES = ["pairs_qqp", "pairs_intents", "stream_qqp", "stream_banking", "prompts_llm", "multiturn"]
MEASURED = ["pairs_medical", "pairs_paws_qqp", "pairs_contrast", "pairs_synthetic_edits", "pairs_sts_qq", "pairs_sick_negation"]

SUSPECT_WEIGHT = 0.2
CLASS_WEIGHT = 0.7
INTENTS_DIFFERENT_WEIGHT = 0.5
INTENTS_SAME_WEIGHT = 0.1
KOREAN_WEIGHT = 0.3
PAIRS_OF_CLASS = 4
IMPLIED_WEIGHT = 0.6
IMPLIED_OF_TEXT = 2
IMPLIED_OF_CLASSES = 6
NEIGHBOURS = 24
TILE = 2_000


@dataclass(frozen=True)
class Pair:
    """Two prompts and whether one's answer serves for the other; ``weight`` says how sure the label is."""

    first: str
    second: str
    same: bool
    weight: float
    source: str
    kind: str = ""


def text_of(raw: str) -> str:
    """What the server compares: NFC, without white space around it."""
    return unicodedata.normalize("NFC", raw).strip()


def rows(folder: Path, name: str) -> Iterator[dict]:
    """The objects of one file; none where it is not there."""
    file = folder / f"{name}.jsonl.gz"
    if file.exists():
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def measured(folder: Path, name: str) -> list[Pair]:
    """A set of labelled pairs as it is, without those whose label is suspect."""
    return [
        Pair(text_of(row["q1"]), text_of(row["q2"]), row["label"] == 1, 1, name, row.get("kind") or row.get("lang") or "")
        for row in rows(folder, name)
        if not row.get("suspect")
    ]


class Components:
    """Texts that hang together by labels."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def join(self, a: str, b: str) -> None:
        one, other = self.root(a), self.root(b)
        if one != other:
            # The least checksum stands for all, so that the order of joining makes no difference.
            keep, drop = sorted((one, other), key=lambda text: (zlib.crc32(text.encode()), text))
            self._parents[drop] = keep

    def root(self, text: str) -> str:
        """The text that stands for all that hang together with this one."""
        at = text
        while self._parents.get(at, at) != at:
            self._parents[at] = self._parents.get(self._parents[at], self._parents[at])
            at = self._parents[at]
        return at

    def fold(self, text: str) -> int:
        # Scrambled, because what stands for many is a small number.
        return (zlib.crc32(self.root(text).encode()) * 0x9E3779B1 >> 16) % FOLDS


class TrainingData:
    """What may be learned from, in folds."""

    def __init__(self, folder: Path) -> None:
        self.components = Components()
        self.pairs: list[Pair] = []
        self._keys: set[tuple[str, str]] = set()
        for row in rows(folder, "pairs_qqp"):
            self._add(row, SUSPECT_WEIGHT if row.get("suspect") else 1, "qqp")
        for row in rows(folder, "pairs_intents"):
            self._add(row, INTENTS_SAME_WEIGHT if row["label"] == 1 else INTENTS_DIFFERENT_WEIGHT, "intents")
        for row in rows(folder, "pairs_nonenglish"):
            if row.get("lang") == "ko":
                self._add(row, KOREAN_WEIGHT, "ko")
        self._read_stream(folder)
        prompts = [text_of(row["text"]) for row in rows(folder, "prompts_llm") if "alpaca" not in row["source"]]
        prompts += [text_of(row["text"]) for row in rows(folder, "stream_banking")]
        prompts += [
            text_of(message["content"])
            for row in rows(folder, "multiturn")
            for message in row["a"][-1:]
            if message["role"] == "user"
        ]
        known = dict.fromkeys(text for pair in self.pairs if pair.source != "ko" for text in (pair.first, pair.second))
        known.update(dict.fromkeys(self.stream))
        known.update(dict.fromkeys(prompts))
        self.texts = list(known)
        self.prompts = list(dict.fromkeys(prompts))
        if not any(map(self.learned, self.texts)):
            raise SystemExit(f"{folder}: nothing to learn from; one of {', '.join(SOURCES)} has to be there (.jsonl.gz)")
        # No edit may make one of these: a label says more of it, or it is there to measure.
        self.known = known.keys() | {
            text for name in MEASURED for pair in measured(folder, name) for text in (pair.first, pair.second)
        }

    def learned(self, text: str) -> bool:
        """Whether a text is among those that are learned from."""
        return self.components.fold(text) < LEARNED_FOLDS

    def _add(self, row: dict, weight: float, source: str) -> None:
        self._join(Pair(text_of(row["q1"]), text_of(row["q2"]), row["label"] == 1, weight, source, row.get("kind") or ""))

    def _join(self, pair: Pair) -> None:
        if pair.first != pair.second:
            self.components.join(pair.first, pair.second)
            key = (min(pair.first, pair.second), max(pair.first, pair.second))
            if key not in self._keys:
                self._keys.add(key)
                self.pairs.append(pair)

    def _read_stream(self, folder: Path) -> None:
        by_id: dict[str, str] = {}
        members: dict[str, list[str]] = {}
        known: dict[str, None] = {}
        for row in rows(folder, "stream_qqp"):
            text = text_of(row["text"])
            by_id[row["id"]] = text
            if text not in known:
                known[text] = None
                members.setdefault(row["class_id"], []).append(text)
        self.stream = list(known)
        chance = random.Random(7)
        for texts in members.values():
            for text in texts[1:]:
                self.components.join(texts[0], text)
            for _ in range(min(PAIRS_OF_CLASS, len(texts) * (len(texts) - 1) // 2)):
                self._join(Pair(chance.choice(texts), chance.choice(texts), True, CLASS_WEIGHT, "class"))
        for row in rows(folder, "stream_qqp_negatives"):
            if row["a"] in by_id and row["b"] in by_id:
                self._join(Pair(by_id[row["a"]], by_id[row["b"]], False, 1, "negative"))


def implied(pairs: Sequence[Pair]) -> list[Pair]:
    """What labels of questions imply of pairs that nobody labelled.

    Whatever means the same as one text means the same as another that does, and differs from what that differs from. Few of each: a class of many
    texts is often one in which a label is wrong.
    """
    labelled = [pair for pair in pairs if pair.source in ("qqp", "class", "negative") and pair.weight > SUSPECT_WEIGHT]
    classes = Components()
    for pair in labelled:
        if pair.same:
            classes.join(pair.first, pair.second)
    members: dict[str, list[str]] = {}
    for text in dict.fromkeys(text for pair in labelled for text in (pair.first, pair.second)):
        members.setdefault(classes.root(text), []).append(text)
    known = {frozenset((pair.first, pair.second)) for pair in pairs}
    chance = random.Random(3)

    def some(candidates: Iterable[tuple[str, str]], most: int, same: bool) -> list[Pair]:
        fresh = [couple for couple in candidates if frozenset(couple) not in known]
        chosen = chance.sample(fresh, min(most, len(fresh)))
        return [Pair(first, second, same, IMPLIED_WEIGHT, "implied") for first, second in chosen]

    found = []
    for texts in members.values():
        found += some(itertools.combinations(texts, 2), IMPLIED_OF_TEXT * len(texts), True)
    apart = dict.fromkeys(
        tuple(sorted((classes.root(pair.first), classes.root(pair.second)))) for pair in labelled if not pair.same
    )
    for one, other in apart:
        if one != other:
            found += some(itertools.product(members[one], members[other]), IMPLIED_OF_CLASSES, False)
    return found


def near(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest others of each unit vector: numbers ``[couples, 2]``, the smaller first and each couple once, and their cosines."""
    neighbours = min(NEIGHBOURS, len(vectors) - 1)
    couples, cosines = [], []
    for start in range(0, len(vectors), TILE):
        tile = vectors[start : start + TILE] @ vectors.T
        rows = np.arange(len(tile))
        tile[rows, start + rows] = -1
        nearest = np.argpartition(tile, -neighbours, axis=1)[:, -neighbours:].ravel()
        own = np.repeat(rows, neighbours)
        couples.append(np.sort(np.stack([start + own, nearest], 1), axis=1))
        cosines.append(tile[own, nearest])
    found, first = np.unique(np.concatenate(couples), axis=0, return_index=True)
    return found, np.concatenate(cosines)[first]


def learned_from(data: TrainingData, pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs of which both texts may be learned from."""
    return [pair for pair in pairs if data.learned(pair.first) and data.learned(pair.second)]


def labelled(data: TrainingData, folds: int = LEARNED_FOLDS) -> list[Pair]:
    """The pairs whose labels are learned, of so many folds. The model knows no Korean word."""
    return [pair for pair in learned_from(data, data.pairs) if pair.source != "ko" and data.components.fold(pair.first) < folds]


def held_out(data: TrainingData, pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs of which neither text was learned from."""
    return [pair for pair in pairs if not data.learned(pair.first) and not data.learned(pair.second)]


def shares(scores: np.ndarray, same: np.ndarray, different_share: float) -> tuple[float, float]:
    """The share of the same pairs above the score that so many of the different ones reach, and that score."""
    different = np.sort(scores[~same])[::-1]
    cutoff = different[min(len(different) - 1, int(different_share * len(different)))]
    return float((scores[same] > cutoff).mean()), float(cutoff)


def area_under_curve(scores: np.ndarray, same: np.ndarray) -> float:
    """The chance that a same pair has a higher score than a different one."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores[order][1:][np.diff(scores[order]) == 0]):
        ranks[scores == value] = ranks[scores == value].mean()
    positives = same.sum()
    return float((ranks[same].sum() - positives * (positives + 1) / 2) / (positives * (~same).sum()))


def figures(judged: Mapping[str, tuple[Sequence[Pair], np.ndarray]]) -> dict[str, float]:
    """How well log-odds rank each set's pairs, and what they serve of them at the cut-off of the held-out ones, which come first.

    A set of one label cannot be ranked, and without a cut-off nothing is served: those figures are left out.
    """
    found: dict[str, float] = {}
    for name, (pairs, values) in judged.items():
        # Where the first prompt fills the window nothing is left of the second.
        read = np.isfinite(values)
        pairs, values = [pair for pair, known in zip(pairs, read, strict=True) if known], values[read]
        same = np.array([pair.same for pair in pairs], dtype=bool)
        if same.any() and not same.all():
            found[f"{name} auc"] = area_under_curve(values, same)
            for share in (0.01, 0.005):
                found[f"{name} same at {share}"], cutoff = shares(values, same, share)
            if name == HELD_OUT:
                found["cutoff"] = cutoff
        if name == HELD_OUT or "cutoff" not in found:
            continue
        for kind in sorted({pair.kind for pair in pairs}):
            chosen = np.array([pair.kind == kind for pair in pairs])
            for label in (True, False):
                if (chosen & (same == label)).any():
                    found[f"{name} {kind} {label} served"] = float((values[chosen & (same == label)] > found["cutoff"]).mean())
    return found
