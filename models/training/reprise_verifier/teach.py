"""Learns the teacher, and has it judge pairs for smaller models to learn from: ``python -m reprise_verifier.teach --help``."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from . import additions, edits
from . import data as sets
from .cases import CHOOSE, LEARN, MEASURE, ReadPairs, families, family_pairs, part, shuffled
from .data import Pair, TrainingData
from .files import whole
from .teacher_model import PADDING, Teacher, from_folder

SEED = 31
RATE, HEAD_RATE = 4e-5, 2e-4
RATE_AGAIN, HEAD_RATE_AGAIN = 3e-5, 6e-5
WARMUP = 0.06
AVERAGING = 0.997
SMOOTHING = 0.02
LONGEST = 192
BATCH_TOKENS = 2560
DIFFERENT_OF_FAMILY = 18
QUORA = 9_000
QUORA_WEIGHT = 0.4
EDITS = 10_000
EDIT_WEIGHT = 0.8
ADDITIONS = 5_000
SAVE_SECONDS = 300


def width(length: int) -> int:
    """The width that texts of a length are padded to: few shapes, because the kernels for each new one are made first."""
    return -(-length // 16) * 16


def batches(lengths: Sequence[int], chance: random.Random | None) -> Iterator[list[int]]:
    """Numbers of examples of about equal length, so many that their tokens fill a batch; shuffled when chance is given."""
    numbers = list(range(len(lengths)))
    if chance:
        chance.shuffle(numbers)
    found = []
    for start in range(0, len(numbers), 4096):
        chunk = sorted(numbers[start : start + 4096], key=lambda n: lengths[n])
        taken: list[int] = []
        for number in chunk:
            if taken and (len(taken) + 1) * width(lengths[number]) > BATCH_TOKENS:
                found.append(taken)
                taken = []
            taken.append(number)
        found.append(taken)
    if chance:
        chance.shuffle(found)
    yield from found


class Tokens:
    """Both prompts' tokens, as the teacher reads them: ids, and which of them are the second prompt's."""

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def of(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[list[int], int]]:
        """Ids of ``<s> first </s> second </s>``, as the server puts them together, and where the second prompt begins."""
        texts = [encoded.ids[1:-1] for encoded in self._tokenizer.encode_batch([text for pair in pairs for text in pair])]
        return [([0, *first, 2, *second, 2], len(first) + 2) for first, second in zip(texts[::2], texts[1::2], strict=True)]


def batch(encoded: Sequence[tuple[list[int], int]], rows: int | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Pairs as one input, padded to the longest; with empty rows below up to ``rows``, and to a multiple of 16 tokens then."""
    longest = max(len(ids) for ids, _ in encoded)
    if rows is not None:
        longest = width(longest)
    ids = torch.full((rows or len(encoded), longest), PADDING, dtype=torch.int64)
    mask, second = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, (tokens, begin) in enumerate(encoded):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        second[row, begin : len(tokens)] = 1
    return ids, mask, second


@torch.no_grad()
def scores(model: Teacher, tokens: Tokens, pairs: Sequence[tuple[str, str]], progress: bool = False) -> np.ndarray:
    """Log-odds of pairs, the mean of both orders' where ``pairs`` are few enough to be read twice."""
    model.eval()
    encoded = [(ids[:512], begin) for ids, begin in tokens.of(pairs)]
    result = np.zeros(len(pairs), dtype=np.float32)
    began, done = time.time(), 0
    for numbers in batches([len(ids) for ids, _ in encoded], None):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            result[numbers] = model(*batch([encoded[n] for n in numbers])).float().numpy()
        done += len(numbers)
        if progress and done % 2000 < len(numbers):
            print(f"  {done} of {len(pairs)}, {time.time() - began:.0f} s", flush=True)
    return result


class Cases:
    """What may be learned from, with what is kept to choose and to measure."""

    def __init__(self, folder: Path) -> None:
        self.data = TrainingData(folder)
        self.families = families()
        self.read = ReadPairs(folder)
        self.read.join(self.data.components)
        self.learned_texts = [text for family in self.families if family.part == LEARN for text in family.same]

    def is_learned(self, text: str) -> bool:
        return part(self.data.components.root(text)) == LEARN

    def quora(self) -> list[Pair]:
        """Labelled pairs of which both texts may be learned from and that nobody has read."""
        read = {frozenset((pair.first, pair.second)) for pair in self.read.pairs}
        return [
            pair
            for pair in self.data.pairs
            if pair.source in ("qqp", "negative") and pair.weight == 1 and self.is_learned(pair.first) and self.is_learned(pair.second)
            and frozenset((pair.first, pair.second)) not in read
        ]  # fmt: skip

    def edited(self, count: int, chance: random.Random, harmless: float = 0.6) -> list[Pair]:
        """Single prompts and what an edit makes of them."""
        texts = self.learned_texts + [text for text in self.data.texts if self.is_learned(text)][:20_000]
        kinds = edits.kinds(texts)
        groups = [[kind for kind in kinds if kind.same], [kind for kind in kinds if not kind.same]]
        found: list[Pair] = []
        while len(found) < count:
            text = chance.choice(texts)
            drawn = edits.draw(text, groups[chance.random() >= harmless], chance)
            if drawn is not None and len(text) <= 400 and sets.text_of(drawn[1]) not in self.data.known:
                found.append(Pair(text, drawn[1], drawn[0].same, EDIT_WEIGHT * drawn[0].weight, "edit", drawn[0].name))
        return found

    def labelled(self, chance: random.Random) -> list[Pair]:
        """A pass: families first of all, read pairs, some of Quora's labels for less, edits and additions."""
        found = []
        for family in self.families:
            if family.part == LEARN:
                pairs = list(family.pairs())
                found += [pair for pair in pairs if pair.same]
                found += chance.sample([pair for pair in pairs if not pair.same], DIFFERENT_OF_FAMILY)
        found += self.read.of(LEARN)
        quora = self.quora()
        found += [
            Pair(pair.first, pair.second, pair.same, QUORA_WEIGHT, "quora") for pair in chance.sample(quora, min(QUORA, len(quora)))
        ]
        found += self.edited(EDITS, chance)
        found += additions.pairs([family.same for family in self.families if family.part == LEARN], ADDITIONS, chance)
        return shuffled(found, chance)

    def measured(self, folder: Path) -> dict[str, list[Pair]]:
        """What is printed of a model: texts that nothing was learned from."""
        named = {f"families {wanted}": family_pairs(self.families, wanted) for wanted in (CHOOSE, MEASURE)}
        named |= {f"read {wanted}": self.read.of(wanted) for wanted in (CHOOSE, MEASURE)}
        return named | {name: sets.measured(folder, name) for name in sets.MEASURED}


def report(named: dict[str, tuple[Sequence[Pair], np.ndarray]]) -> None:
    for name, (pairs, values) in named.items():
        same = np.array([pair.same for pair in pairs], dtype=bool)
        if same.all() or not same.any():
            continue
        shares = [sets.shares(values, same, share)[0] for share in (0.01, 0.02, 0.05)]
        print(
            f"{name}: {len(pairs)} pairs, area {sets.area_under_curve(values, same):.4f}, "
            f"same at 1, 2, 5 % of the different {', '.join(f'{100 * share:.1f}' for share in shares)} %",
            flush=True,
        )


def examples_of(pairs: Sequence[Pair], chance: random.Random) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        yield (pair.first, pair.second) if chance.random() < 0.5 else (pair.second, pair.first)


def learn(arguments: argparse.Namespace) -> None:
    """So many passes at most, each of its own draws, within so many minutes: the rate falls with the time that has gone."""
    torch.manual_seed(SEED + arguments.seed)
    torch.set_num_threads(arguments.threads)
    cases = Cases(arguments.data)
    chance = random.Random(SEED + arguments.seed)
    tokens = Tokens(arguments.weights / "tokenizer.json")
    pairs = [pair for _ in range(arguments.passes) for pair in cases.labelled(chance)]
    encoded = tokens.of(list(examples_of(pairs, chance)))
    kept = [n for n, (ids, _) in enumerate(encoded) if len(ids) <= LONGEST]
    pairs, encoded = [pairs[n] for n in kept], [encoded[n] for n in kept]
    planned = list(batches([len(ids) for ids, _ in encoded], chance))
    print(f"{len(pairs)} pairs, {len(planned)} batches", flush=True)
    model = from_folder(arguments.weights, fixed=arguments.fixed)
    if arguments.start is not None:
        model.load_state_dict(torch.load(arguments.start), strict=False)
    rates = (RATE, HEAD_RATE) if arguments.start is None else (RATE_AGAIN, HEAD_RATE_AGAIN)
    optimizer = torch.optim.AdamW(
        [{"params": part_, "lr": rate} for part_, rate in zip((model.body(), model.head()), rates, strict=True)],
        weight_decay=0.01,
        fused=True,
    )
    learned = [*model.body(), *model.head()]
    average = [parameter.detach().clone() for parameter in learned]
    began = saved = time.time()
    losses: list[float] = []
    for step, chosen in enumerate(planned, 1):
        now = time.time()
        done = max(step / len(planned), (now - began) / (60 * arguments.minutes))
        if done >= 1:
            break
        factor = min(1.0, done / WARMUP) * max(0.02, (1 - done) / (1 - WARMUP) if done > WARMUP else 1.0)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        model.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rows = BATCH_TOKENS // width(max(len(encoded[n][0]) for n in chosen))
            odds = model(*batch([encoded[n] for n in chosen], rows))[: len(chosen)]
        likely = torch.tensor([SMOOTHING + (1 - 2 * SMOOTHING) * pairs[n].same for n in chosen])
        weights = torch.tensor([float(pairs[n].weight) for n in chosen])
        loss = (torch.nn.functional.binary_cross_entropy_with_logits(odds.float(), likely, reduction="none") * weights).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        decay = min(AVERAGING, step / (step + 10))
        for mean, parameter in zip(average, learned, strict=True):
            mean.lerp_(parameter.detach(), 1 - decay)
        if step % 50 == 0:
            print(f"  {step}: loss {np.mean(losses[-50:]):.4f}, {now - began:.0f} s", flush=True)
        if now - saved > SAVE_SECONDS or step == len(planned):
            saved = now
            save(model, learned, average, arguments.out)
    save(model, learned, average, arguments.out)
    evaluate(arguments)


def save(model: Teacher, learned: list[torch.nn.Parameter], average: list[Tensor], file: Path) -> None:
    """The averaged weights."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    with whole(file) as to:
        torch.save({names[id(parameter)]: mean for parameter, mean in zip(learned, average, strict=True)}, to)


def loaded(weights: Path, learned: Path) -> Teacher:
    """The fixed layers as they came, the others as they were learned."""
    model = from_folder(weights)
    model.load_state_dict(torch.load(learned), strict=False)
    return model


def evaluate(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    tokens = Tokens(arguments.weights / "tokenizer.json")
    model = loaded(arguments.weights, arguments.out)
    for name, pairs in Cases(arguments.data).measured(arguments.data).items():
        chosen = pairs if len(pairs) <= arguments.most else random.Random(SEED).sample(pairs, arguments.most)
        report({name: (chosen, scores(model, tokens, [(pair.first, pair.second) for pair in chosen]))})


def main() -> None:
    parser = argparse.ArgumentParser(description="Learns the teacher from families of prompts and read pairs.")
    parser.add_argument("what", choices=["learn", "evaluate"])
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    parser.add_argument("--weights", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--out", type=Path, required=True, help="the learned weights")
    parser.add_argument("--minutes", type=float, default=60, help="how long it learns at most")
    parser.add_argument("--passes", type=int, default=1, help="how often it sees what it learns from, each time in other draws")
    parser.add_argument("--fixed", type=int, default=6, help="how many of the lower layers stay as they came")
    parser.add_argument("--start", type=Path, help="weights of a pass before this one")
    parser.add_argument("--seed", type=int, default=0, help="another one for each pass")
    parser.add_argument("--most", type=int, default=2500, help="how many pairs of a set are measured")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    {"learn": learn, "evaluate": evaluate}[arguments.what](arguments)


if __name__ == "__main__":
    main()
