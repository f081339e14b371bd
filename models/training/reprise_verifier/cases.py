"""Prompts written and read for this question: families of prompts, and near pairs of real streams that were read (``data/`` beside this package).

A family holds texts that ask the same and texts that do not; a read pair says whether the first text's stored answer may be served to who asks the
second. Both are split once and for all into what is learned from, what chooses cut-offs and settings, and what only measures: a family as a whole,
a read pair by all texts that hang together with it by labels or readings.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .data import Components, Pair, rows, text_of

CASES = Path(__file__).parents[1] / "data"
LEARN, CHOOSE, MEASURE = "learn", "choose", "measure"
CANNOT_SAY = 2


def part(text: str) -> str:
    """Which part a text that stands for others is in: eight tenths learn, one chooses, one measures."""
    fold = (zlib.crc32(text.encode()) * 0x9E3779B1 >> 16) % 10
    return LEARN if fold < 8 else CHOOSE if fold == 8 else MEASURE


@dataclass(frozen=True)
class Family:
    """Texts of which each may be served the answer to each other, and texts that may be served none of theirs, with what differs."""

    domain: str
    part: str
    same: tuple[str, ...]
    different: tuple[tuple[str, str], ...]

    def pairs(self) -> Iterator[Pair]:
        for first, second in itertools.combinations(self.same, 2):
            yield Pair(first, second, True, 1, "family")
        for first, (second, kind) in itertools.product(self.same, self.different):
            yield Pair(first, second, False, 1, "family", kind)


def families(folder: Path = CASES) -> list[Family]:
    return [
        Family(row["d"], row["split"], tuple(row["s"]), tuple((text, kind) for text, kind in row["n"])) for row in rows(folder, "families")
    ]


def family_pairs(found: Sequence[Family], wanted: str) -> list[Pair]:
    return [pair for family in found if family.part == wanted for pair in family.pairs()]


def digest(text: str) -> str:
    """What stands in the file for a text that may not be published."""
    return hashlib.sha256(text_of(text).encode()).hexdigest()[:16]


class ReadPairs:
    """The read pairs, without those of which the reader could not say, and those whose texts are not in the folder of labelled sets."""

    def __init__(self, labelled: Path, folder: Path = CASES) -> None:
        by_digest = {digest(row["text"]): text_of(row["text"]) for row in rows(labelled, "stream_qqp")}
        self.pairs: list[Pair] = []
        self._parts: list[str] = []
        for row in rows(folder, "read_pairs"):
            first = text_of(row["q1"]) if "q1" in row else by_digest.get(row["sha1"])
            second = text_of(row["q2"]) if "q2" in row else by_digest.get(row["sha2"])
            if first is not None and second is not None and row["read"] != CANNOT_SAY:
                self.pairs.append(Pair(first, second, row["read"] == 1, 1, "read", row["source"]))
                self._parts.append(row["part"])

    def join(self, components: Components) -> None:
        """Has the pairs' texts hang together, as they did when they were split."""
        for pair in self.pairs:
            components.join(pair.first, pair.second)

    def of(self, wanted: str) -> list[Pair]:
        return [pair for pair, own in zip(self.pairs, self._parts, strict=True) if own == wanted]


def shuffled(pairs: Sequence[Pair], chance: random.Random) -> list[Pair]:
    result = list(pairs)
    chance.shuffle(result)
    return result
