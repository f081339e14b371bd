"""Near pairs that nobody labelled, and what two teachers say of them: ``python -m reprise_verifier.pool --help``.

Labels are few, near pairs are many. What two models that learned from the labels in different ways say of them together is better than either
says alone, and a third that learns from that as well sees more pairs than there are labels (self-training with a committee, after Q. Xie et
al., Self-training with Noisy Student, 2020).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from .data import TrainingData, implied, labelled, near
from .files import whole
from .model import CrossEncoder
from .train import BATCH_TOKENS, Tokens, batches, scores

SEED = 5
SHORTEST, LONGEST = 8, 300
# From a cosine up to another, so many pairs at most: nearly all that the server would look at, and some that are farther apart.
TAKEN = [(0.7, 0.995, 10**9), (0.6, 0.7, 50_000), (0.45, 0.6, 30_000), (0.3, 0.45, 10_000)]
# How the teachers are put together: by logistic regression on pairs that neither had seen.
COMPARED, READ, BIAS = 0.68, 0.46, 0.17


def embedded(texts: Sequence[str], model: Path, tokens: Tokens) -> np.ndarray:
    """Unit vectors, float32 ``[texts, 384]``."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    encoded = tokens.alone(texts)
    vectors = np.zeros((len(texts), 384), dtype=np.float32)
    for numbers in batches([len(ids) for ids in encoded], None, 4 * BATCH_TOKENS):
        longest = max(len(encoded[number]) for number in numbers)
        ids = np.zeros((len(numbers), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, number in enumerate(numbers):
            ids[row, : len(encoded[number])] = encoded[number]
            mask[row, : len(encoded[number])] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = session.run(["last_hidden_state"], inputs)[0] * mask[:, :, None]
        means = states.sum(1) / mask.sum(1, keepdims=True)
        vectors[numbers] = means / np.linalg.norm(means, axis=1, keepdims=True)
    return vectors


def mine(data: TrainingData, model: Path, tokens: Tokens, most: int) -> list[tuple[str, str]]:
    """So many couples of near texts at most, of those that are learned from, of which no label says or implies anything."""
    texts = [text for text in data.texts if data.learned(text) and SHORTEST <= len(text) <= LONGEST]
    couples, cosines = near(embedded(texts, model, tokens))
    judged = {frozenset((pair.first, pair.second)) for pair in [*data.pairs, *implied(labelled(data))]}
    unknown = np.array([frozenset((texts[a], texts[b])) not in judged for a, b in couples])
    couples, cosines = couples[unknown], cosines[unknown]
    chance = np.random.RandomState(SEED)
    taken = []
    for low, high, limit in TAKEN:
        within = np.flatnonzero((cosines >= low) & (cosines < high))
        taken.append(within if len(within) <= limit else chance.choice(within, limit, replace=False))
    chosen = np.concatenate(taken)
    chance.shuffle(chosen)
    return [(texts[a], texts[b]) for a, b in couples[chosen[:most]]]


def read(pool: Path) -> list[tuple[str, str]]:
    with pool.open(encoding="utf-8") as lines:
        return [tuple(json.loads(line)) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the pool of pairs that teachers judge.")
    parser.add_argument("--tokenizer", type=Path, required=True, help="the sentence model's tokenizer.json")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--pool", type=Path, required=True, help="the pairs, a JSON array of two texts per line")
    actions = parser.add_subparsers(dest="action", required=True)
    mining = actions.add_parser("mine", help="finds the pairs")
    mining.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    mining.add_argument("--sentence-model", type=Path, required=True, help="all-MiniLM-L6-v2 in float32, ONNX")
    mining.add_argument("--most", type=int, default=10**9, help="only so many pairs, drawn from all")
    teaching = actions.add_parser("teach", help="says how likely the teachers hold each pair to mean the same")
    teaching.add_argument("--compared", type=Path, required=True, help="log-odds of the first teacher, a line per pair")
    teaching.add_argument("--model", type=Path, required=True, help="the second teacher: model.pt of the training")
    teaching.add_argument("--out", type=Path, required=True, help="the file for the training")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tokens = Tokens(arguments.tokenizer)
    if arguments.action == "mine":
        couples = mine(TrainingData(arguments.data), arguments.sentence_model, tokens, arguments.most)
        with whole(arguments.pool) as beside, beside.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(couple) + "\n" for couple in couples)
        print(f"{len(couples)} pairs", flush=True)
        return
    couples = read(arguments.pool)
    with arguments.compared.open() as lines:
        compared = np.array([float(line) for line in lines])
    model = CrossEncoder()
    model.load_state_dict(torch.load(arguments.model))
    log_odds = COMPARED * compared + READ * scores(model, tokens, couples) + BIAS
    known = np.isfinite(log_odds)
    first, second = (np.array([couple[place] for couple in couples], dtype=object)[known] for place in (0, 1))
    with whole(arguments.out) as beside, beside.open("wb") as file:
        np.savez(file, first=first, second=second, same=1 / (1 + np.exp(-log_odds[known])))
    print(f"{known.sum()} pairs taught", flush=True)


if __name__ == "__main__":
    main()
