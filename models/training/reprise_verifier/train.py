"""Learns the cross-encoder: ``python -m reprise_verifier.train --help``."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from . import data as sets
from .data import Pair, TrainingData
from .examples import SEED, Epochs
from .files import whole
from .model import CrossEncoder, from_sentence_model

LONGEST = 160
BATCH_TOKENS = 2048
# With a pool that is four times the labels the body may learn faster.
RATE, RATE_WITH_POOL = 5e-5, 7e-5
HEAD_RATE = 4e-4
SCALE_RATE = 5e-3
WARMUP = 0.06
AVERAGING, AVERAGING_WITH_POOL = 0.998, 0.999


class Tokens:
    """Both prompts' tokens, as the model reads them."""

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def of(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[list[int], list[int]]]:
        return [(encoded.ids, encoded.type_ids) for encoded in self._tokenizer.encode_batch(list(pairs))]

    def alone(self, texts: Sequence[str]) -> list[list[int]]:
        """Of each text, as the sentence model reads it."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]


def batch(encoded: Sequence[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(len(ids) for ids, _ in encoded)
    ids = torch.zeros(len(encoded), longest, dtype=torch.int64)
    mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, (tokens, types) in enumerate(encoded):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        segments[row, : len(types)] = torch.tensor(types)
    return ids, mask, segments


def batches(lengths: Sequence[int], chance: random.Random | None, most: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Numbers of examples of about equal length, so many that their tokens fill a batch; shuffled when chance is given."""
    numbers = list(range(len(lengths)))
    if chance:
        chance.shuffle(numbers)
    found = []
    for start in range(0, len(numbers), 4096):
        chunk = sorted(numbers[start : start + 4096], key=lambda n: lengths[n])
        taken: list[int] = []
        for number in chunk:
            if taken and (len(taken) + 1) * lengths[number] > most:
                found.append(taken)
                taken = []
            taken.append(number)
        found.append(taken)
    if chance:
        chance.shuffle(found)
    yield from found


@torch.no_grad()
def scores(model: CrossEncoder, tokens: Tokens, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    """Log-odds of pairs."""
    model.eval()
    encoded = tokens.of(pairs)
    encoded = [(ids[:512], types[:512]) for ids, types in encoded]
    result = np.zeros(len(pairs), dtype=np.float32)
    for numbers in batches([len(ids) for ids, _ in encoded], None):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=torch.backends.mkldnn.is_available()):
            result[numbers] = model(*batch([encoded[n] for n in numbers])).float().numpy()
    return result


def evaluate(model: CrossEncoder, tokens: Tokens, folder: Path, held_out: Sequence[Pair], thorough: bool) -> dict[str, float]:
    named = {sets.HELD_OUT: held_out}
    if thorough:
        named.update({name: sets.measured(folder, name) for name in sets.MEASURED})
    judged = {name: (pairs, scores(model, tokens, [(pair.first, pair.second) for pair in pairs])) for name, pairs in named.items()}
    return sets.figures(judged)


def main() -> None:
    parser = argparse.ArgumentParser(description="Learns the cross-encoder from labelled pairs of prompts.")
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    parser.add_argument("--sentence-model", type=Path, required=True, help="all-MiniLM-L6-v2 in float32, ONNX")
    parser.add_argument("--tokenizer", type=Path, required=True, help="its tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the result")
    parser.add_argument("--pool", type=Path, help="pairs that teachers have judged, of pool.py")
    parser.add_argument("--folds", type=int, default=sets.LEARNED_FOLDS, help="learns from the labels of so many folds only")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    train(arguments)


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    data = TrainingData(arguments.data)
    tokens = Tokens(arguments.tokenizer)
    model = from_sentence_model(arguments.sentence_model, arguments.layers)
    # As they are they know more words than the pairs have.
    for table in (model.words, model.positions, model.segments):
        table.weight.requires_grad_(False)
    epochs = Epochs(data, arguments.pool, arguments.folds)
    rates = (RATE if arguments.pool is None else RATE_WITH_POOL, HEAD_RATE, SCALE_RATE)
    averaging = AVERAGING if arguments.pool is None else AVERAGING_WITH_POOL
    held_out = [pair for pair in sets.held_out(data, data.pairs) if pair.source == "qqp" and pair.weight == 1]
    head = [*model.pooled.parameters(), *model.verdict.parameters()]
    scales = [layer.across for layer in model.layers] + [*model.cosine.parameters()]
    names = {id(parameter) for parameter in [*head, *scales]}
    body = [parameter for parameter in model.parameters() if parameter.requires_grad and id(parameter) not in names]
    optimizer = torch.optim.AdamW(
        [{"params": part, "lr": rate} for part, rate in zip((body, head, scales), rates, strict=True)],
        weight_decay=0.01,
        fused=True,
    )
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    checkpoint = arguments.out / "checkpoint.pt"
    start, step = 0, 0
    if checkpoint.exists():
        kept = torch.load(checkpoint)
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        average, start, step = kept["average"], kept["epoch"], kept["step"]
    began = time.time()
    for epoch in range(start, arguments.epochs):
        chance = random.Random(SEED + epoch)
        examples = epochs.examples(epoch)
        # Symmetric but for rounding, which neither place shall have the better of.
        texts = [(e.first, e.second) if chance.random() < 0.5 else (e.second, e.first) for e in examples]
        encoded = tokens.of(texts)
        kept = [n for n, (ids, _) in enumerate(encoded) if len(ids) <= LONGEST]
        examples, encoded = [examples[n] for n in kept], [encoded[n] for n in kept]
        planned = list(batches([len(ids) for ids, _ in encoded], chance))
        in_all = len(planned) * arguments.epochs
        print(f"epoch {epoch}: {len(examples)} pairs, {len(planned)} batches", flush=True)
        losses = []
        for number, chosen in enumerate(planned):
            done = (epoch * len(planned) + number) / in_all
            factor = min(1.0, done / WARMUP) * max(0.02, (1 - done) / (1 - WARMUP) if done > WARMUP else 1.0)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            model.train()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                odds = model(*batch([encoded[n] for n in chosen]))
            likely = torch.tensor([examples[n].likely for n in chosen])
            weights = torch.tensor([float(examples[n].weight) for n in chosen])
            each = torch.nn.functional.binary_cross_entropy_with_logits(odds.float(), likely, reduction="none")
            # Not divided by the weights' sum: a batch of unsure labels shall move less.
            loss = (each * weights).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            losses.append(float(loss.detach()))
            decay = min(averaging, step / (step + 10))
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - decay) if value.is_floating_point() else average[name].copy_(value)
            if number % 100 == 99:
                print(f"  {number + 1}: loss {np.mean(losses[-100:]):.4f}, {time.time() - began:.0f} s", flush=True)
        averaged = CrossEncoder(arguments.layers)
        averaged.load_state_dict(average)
        # The checkpoint says that the epoch is done, so the result is there before it.
        with whole(arguments.out / "model.pt") as file:
            torch.save(averaged.state_dict(), file)
        with whole(checkpoint) as file:
            torch.save(
                {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average, "epoch": epoch + 1, "step": step},
                file,
            )
        figures = evaluate(averaged, tokens, arguments.data, held_out, thorough=epoch + 1 == arguments.epochs)
        print(json.dumps({"epoch": epoch + 1, **{name: round(value, 4) for name, value in figures.items()}}), flush=True)


if __name__ == "__main__":
    main()
