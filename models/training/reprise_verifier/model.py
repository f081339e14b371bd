"""The cross-encoder: a BERT encoder that reads two prompts at once, and a head that says whether one's answer serves for the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 384
HEADS = 12
INNER = 1536
POSITIONS = 512
VOCABULARY = 30522

# By the cosines of labelled questions: even odds at 0.87.
COSINE_WEIGHT = 12.0
COSINE_BIAS = -10.5
ACROSS = -2.0


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each added to its input and normalised afterwards (Vaswani et al., 2017).

    What a head gives to tokens of the other prompt, relative to those of its own, is learned: it starts at a seventh, so that
    each prompt is read almost as the sentence model reads it alone.
    """

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.across = nn.Parameter(torch.full((HEADS, 1, 1), ACROSS))
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor, other: Tensor) -> Tensor:
        batch, tokens, _ = states.shape

        def heads(values: Tensor) -> Tensor:
            return values.view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)

        query, key = heads(self.query(states)), heads(self.key(states))
        bias = (mask + other * self.across).to(query.dtype)
        attended = functional.scaled_dot_product_attention(query, key, heads(self.value(states)), attn_mask=bias)
        attended = attended.transpose(1, 2).reshape(batch, tokens, WIDTH)
        states = self.attended_norm(states + self.dropout(self.attended(attended)))
        inner = functional.gelu(self.inner(states))
        return self.outer_norm(states + self.dropout(self.outer(inner)))


class CrossEncoder(nn.Module):
    """``[CLS] first [SEP] second [SEP]`` to the log-odds that both mean the same.

    Both prompts are at the positions that they have alone, ``[CLS]`` is of neither, and nothing says which of them is the first: the
    model is symmetric by construction. Before anything is learned it reads each prompt almost as the sentence model does, and
    the cosine of both is its verdict.
    """

    def __init__(self, layers: int = 6, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.pooled = nn.Linear(4 * WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, 1)
        self.cosine = nn.Linear(1, 1)
        with torch.no_grad():
            self.verdict.weight.zero_()
            self.verdict.bias.zero_()
            self.cosine.weight.fill_(COSINE_WEIGHT)
            self.cosine.bias.fill_(COSINE_BIAS)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Takes int64 ``[pairs, tokens]`` thrice, gives float ``[pairs]``."""
        of_second = token_type_ids * attention_mask
        of_first = _without_first_token(attention_mask - of_second)
        states = self._states(input_ids, attention_mask, of_first, of_second)
        first = functional.normalize(_mean(states, of_first), dim=-1)
        second = functional.normalize(_mean(states, of_second), dim=-1)
        apart, product = (first - second).abs(), first * second
        # States have the norm that layers give them, about the root of their width; these shall have it too.
        wide = WIDTH**0.5
        features = torch.cat([states[:, 0], wide * (first + second), wide * apart, WIDTH * product], -1)
        verdict = self.verdict(self.dropout(torch.tanh(self.pooled(self.dropout(features)))))
        return (verdict + self.cosine(product.sum(-1, keepdim=True))).squeeze(-1)

    def _states(self, input_ids: Tensor, attention_mask: Tensor, of_first: Tensor, of_second: Tensor) -> Tensor:
        """The last states of all tokens, float ``[batch, tokens, 384]``."""
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        positions = places - of_second * of_first.sum(1, keepdim=True)
        states = self.words(input_ids) + self.positions(positions) + self.segments(torch.zeros_like(input_ids))
        states = self.dropout(self.norm(states))
        mask = (1.0 - attention_mask[:, None, None, :].float()) * -1e4
        one, two = of_first.float(), of_second.float()
        other = (one[:, :, None] * two[:, None, :] + two[:, :, None] * one[:, None, :])[:, None]
        for layer in self.layers:
            states = layer(states, mask, other)
        return states


def _without_first_token(mask: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(mask[:, :1]), mask[:, 1:]], 1)


def _mean(states: Tensor, attention_mask: Tensor) -> Tensor:
    kept = attention_mask[:, :, None].to(states.dtype)
    return (states * kept).sum(1) / kept.sum(1)


def from_sentence_model(file: Path, layers: int = 6, dropout: float = 0.1) -> CrossEncoder:
    """A cross-encoder with a new head on the weights of all-MiniLM-L6-v2 as exported to ONNX in float32."""
    graph = onnx.load(str(file)).graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    # The export names biases by their module, but numbers the matrices; the product that reads one names its module again.
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            module = node.name.strip("/").replace("/", ".").removesuffix(".MatMul")
            weights[f"{module}.weight"] = weights[node.input[1]].T
    model = CrossEncoder(layers, dropout)

    def take(module: nn.Module, name: str) -> None:
        with torch.no_grad():
            for part, parameter in module.named_parameters():
                parameter.copy_(torch.from_numpy(np.array(weights[f"{name}.{part}"])))

    take(model.words, "embeddings.word_embeddings")
    take(model.positions, "embeddings.position_embeddings")
    take(model.segments, "embeddings.token_type_embeddings")
    take(model.norm, "embeddings.LayerNorm")
    for number, layer in enumerate(model.layers):
        prefix = f"encoder.layer.{number}"
        take(layer.query, f"{prefix}.attention.self.query")
        take(layer.key, f"{prefix}.attention.self.key")
        take(layer.value, f"{prefix}.attention.self.value")
        take(layer.attended, f"{prefix}.attention.output.dense")
        take(layer.attended_norm, f"{prefix}.attention.output.LayerNorm")
        take(layer.inner, f"{prefix}.intermediate.dense")
        take(layer.outer, f"{prefix}.output.dense")
        take(layer.outer_norm, f"{prefix}.output.LayerNorm")
    return model
