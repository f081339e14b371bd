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


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each added to its input and normalised afterwards (Vaswani et al., 2017)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        batch, tokens, _ = states.shape

        def heads(values: Tensor) -> Tensor:
            return values.view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)

        attended = functional.scaled_dot_product_attention(
            heads(self.query(states)), heads(self.key(states)), heads(self.value(states)), attn_mask=mask
        )
        attended = attended.transpose(1, 2).reshape(batch, tokens, WIDTH)
        states = self.attended_norm(states + self.dropout(self.attended(attended)))
        inner = functional.gelu(self.inner(states))
        return self.outer_norm(states + self.dropout(self.outer(inner)))


class CrossEncoder(nn.Module):
    """``[CLS] first [SEP] second [SEP]`` to the log-odds that both mean the same.

    The head reads the state of ``[CLS]`` beside the mean of all states, because the sentence model it starts from was trained on means.
    """

    def __init__(self, layers: int = 6, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.pooled = nn.Linear(2 * WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Takes int64 ``[batch, tokens]`` thrice, gives float ``[batch]``."""
        states = self.states(input_ids, attention_mask, token_type_ids)
        pooled = torch.cat([states[:, 0], _mean(states, attention_mask)], -1)
        pooled = torch.tanh(self.pooled(self.dropout(pooled)))
        return self.verdict(self.dropout(pooled)).squeeze(-1)

    def means(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """The mean state of each text, float ``[batch, 384]``: what the sentence model makes its vectors of."""
        return _mean(self.states(input_ids, attention_mask, token_type_ids), attention_mask)

    def states(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """The last states of all tokens, float ``[batch, tokens, 384]``."""
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)
        states = self.words(input_ids) + self.positions(positions) + self.segments(token_type_ids)
        states = self.dropout(self.norm(states))
        mask = (1.0 - attention_mask[:, None, None, :].to(states.dtype)) * -1e4
        for layer in self.layers:
            states = layer(states, mask.to(states.dtype))
        return states


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
