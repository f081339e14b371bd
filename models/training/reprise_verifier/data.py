"""The labelled prompts: what is learned from, and what only measures.

Files and columns are those of a folder of evaluation sets, one JSON object per line, gzipped. Texts that labels connect, directly or
through others, are in one of ten folds together; the last folds are held out, so that no text is on both sides.
"""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDS = 10
LEARNED_FOLDS = 8
SOURCES = ["pairs_qqp", "pairs_intents", "stream_qqp", "stream_banking", "prompts_llm", "multiturn"]
MEASURED = ["pairs_medical", "pairs_paws_qqp", "pairs_contrast", "pairs_synthetic_edits", "pairs_sts_qq", "pairs_sick_negation"]

SUSPECT_WEIGHT = 0.2
CLASS_WEIGHT = 0.7
INTENTS_DIFFERENT_WEIGHT = 0.5
INTENTS_SAME_WEIGHT = 0.1
KOREAN_WEIGHT = 0.3
PAIRS_OF_CLASS = 4


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
