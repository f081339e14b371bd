"""What an epoch learns from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import data as sets
from . import edits
from .data import Pair, TrainingData

SEED = 20
SMOOTHING = 0.02
SURFACE_SHARE = 0.1
# Edits teach what single words do, and cost some of what the labels teach: twenty thousand cost more than they gave.
EDITS = 3_000
# Those that change nothing contradict no label, and a pool dilutes them.
HARMLESS_EDITS_WITH_POOL = 6_000
EDITED_PARAPHRASES = 1_000


@dataclass(frozen=True)
class Example:
    """Two prompts, how likely they mean the same, and how much that counts."""

    first: str
    second: str
    likely: float
    weight: float

    @staticmethod
    def of(pair: Pair) -> Example:
        return Example(pair.first, pair.second, SMOOTHING + (1 - 2 * SMOOTHING) * pair.same, pair.weight)


class Epochs:
    """What each epoch learns from: all that is labelled or that labels imply, edits drawn anew, and what teachers say of the pool."""

    def __init__(self, data: TrainingData, pool: Path | None, folds: int) -> None:
        self._labelled = sets.labelled(data, folds)
        self._implied = [Example.of(pair) for pair in sets.implied(self._labelled)]
        self._taught = [] if pool is None else taught(pool)
        self._texts = [text for text in data.texts if data.learned(text)]
        self._prompts = [text for text in data.prompts if data.learned(text)] or self._texts
        self._known = data.known
        self._kinds = edits.kinds(self._texts)
        self._changing = [kind for kind in self._kinds if not kind.same]
        self._harmless = [kind for kind in self._kinds if kind.same]

    def examples(self, epoch: int) -> list[Example]:
        chance = random.Random(SEED * 1000 + epoch)
        found = [self._retyped(pair, chance) if chance.random() < SURFACE_SHARE else pair for pair in self._labelled]
        found += self._edited(self._kinds, EDITS, chance)
        if self._taught:
            found += self._edited(self._harmless, HARMLESS_EDITS_WITH_POOL, chance)
        found += self._edited_paraphrases(chance)
        return [Example.of(pair) for pair in found] + self._implied + self._taught

    def _retyped(self, pair: Pair, chance: random.Random) -> Pair:
        second = edits.surface(pair.second, chance)
        return pair if self._is_known(second) else Pair(pair.first, second, pair.same, pair.weight, pair.source)

    def _edited(self, kinds: Sequence[edits.Kind], count: int, chance: random.Random) -> list[Pair]:
        found = []
        while len(found) < count:
            text = chance.choice(self._prompts if chance.random() < 0.15 else self._texts)
            drawn = edits.draw(text, kinds, chance)
            if drawn is None or len(text) > 400 or self._is_known(drawn[1]):
                continue
            kind, edited = drawn
            found.append(Pair(text, edited, kind.same, kind.weight, "edit", kind.name))
        return found

    def _edited_paraphrases(self, chance: random.Random) -> list[Pair]:
        """One of two that mean the same, edited so that it no longer does."""
        same = [pair for pair in self._labelled if pair.same and pair.source in ("qqp", "class")]
        found = []
        for pair in chance.sample(same, min(EDITED_PARAPHRASES, len(same))):
            drawn = edits.draw(pair.second, self._changing, chance)
            if drawn is not None and not self._is_known(drawn[1]):
                found.append(Pair(pair.first, drawn[1], False, drawn[0].weight * 0.8, "edited paraphrase", drawn[0].name))
        return found

    def _is_known(self, edited: str) -> bool:
        return sets.text_of(edited) in self._known


def taught(pool: Path) -> list[Example]:
    """What ``pool.py`` wrote."""
    rows = np.load(pool, allow_pickle=True)
    return [Example(*row, 1) for row in zip(rows["first"], rows["second"], map(float, rows["same"]), strict=True)]
