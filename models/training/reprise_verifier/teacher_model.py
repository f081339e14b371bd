"""The teacher: all-mpnet-base-v2 (Song et al., 2020) reading two prompts at once, with a head that says whether one's answer serves for the other."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 768
HEADS = 12
INNER = 3072
BUCKETS = 32
FARTHEST = 128
PADDING = 1


class Dropout(nn.Module):
    """Dropout whose mask is a piece of random numbers drawn once: drawing anew took a sixth of a step."""

    DRAWN = 1 << 23

    def __init__(self, share: float) -> None:
        super().__init__()
        self.kept = (torch.rand(self.DRAWN) >= share).to(torch.bfloat16) / (1 - share)

    def forward(self, states: Tensor) -> Tensor:
        if not self.training:
            return states
        begin = int(torch.randint(self.DRAWN - states.numel(), ()))
        return states * self.kept[begin : begin + states.numel()].view(states.shape).to(states.dtype)


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each added to its input and normalised afterwards."""

    def __init__(self, dropout: nn.Module) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.dropout = dropout

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        batch, tokens, _ = states.shape

        def heads(values: Tensor) -> Tensor:
            return values.view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)

        query, key, value = heads(self.query(states)), heads(self.key(states)), heads(self.value(states))
        # Written out, because PyTorch's fused attention has a slow way back on a processor for prompts as short as these.
        near = torch.softmax((query / math.sqrt(WIDTH // HEADS)) @ key.transpose(2, 3) + bias.to(query.dtype), -1)
        attended = (near.to(value.dtype) @ value).transpose(1, 2).reshape(batch, tokens, WIDTH)
        states = self.attended_norm(states + self.dropout(self.attended(attended)))
        return self.outer_norm(states + self.dropout(self.outer(functional.gelu(self.inner(states)))))


class Teacher(nn.Module):
    """``<s> first </s> second </s>`` to the log-odds that one's answer serves for the other; the lower layers stay as they are."""

    def __init__(self, layers: int = 12, fixed: int = 6, dropout: float = 0.1) -> None:
        super().__init__()
        self.fixed = fixed
        self.words = nn.Embedding(30527, WIDTH, padding_idx=PADDING)
        self.positions = nn.Embedding(514, WIDTH, padding_idx=PADDING)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.relative = nn.Embedding(BUCKETS, HEADS)
        self.dropout = Dropout(dropout)
        self.layers = nn.ModuleList(Layer(self.dropout) for _ in range(layers))
        self.pooled = nn.Linear(4 * WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, 1)
        for fixed_part in (self.words, self.positions, self.norm, self.relative, *self.layers[:fixed]):
            fixed_part.requires_grad_(False)

    def body(self) -> list[nn.Parameter]:
        return [parameter for layer in self.layers[self.fixed :] for parameter in layer.parameters()]

    def head(self) -> list[nn.Parameter]:
        return [*self.pooled.parameters(), *self.verdict.parameters()]

    def forward(self, input_ids: Tensor, attention_mask: Tensor, second: Tensor) -> Tensor:
        """int64 ``[pairs, tokens]`` thrice, ``second`` marking the second prompt's tokens, to float ``[pairs]``."""
        with torch.no_grad():
            places = torch.arange(input_ids.shape[1]) + PADDING + 1
            states = self.norm(self.words(input_ids) + self.positions(places))
            bias = self._relative(input_ids.shape[1]) + (1.0 - attention_mask[:, None, None, :].float()) * -1e4
            if self.training:
                states = self.dropout(states)
            for layer in self.layers[: self.fixed]:
                states = layer(states, bias)
        for layer in self.layers[self.fixed :]:
            states = layer(states, bias)
        first_mask = attention_mask * (1 - second)
        one, other = _mean(states, first_mask), _mean(states, second * attention_mask)
        features = torch.cat([states[:, 0], one + other, (one - other).abs(), one * other], -1)
        return self.verdict(self.dropout(torch.tanh(self.pooled(self.dropout(features))))).squeeze(-1)

    def _relative(self, tokens: int) -> Tensor:
        """The bias that each head adds by distance, ``[1, heads, tokens, tokens]``."""
        places = torch.arange(tokens)
        apart = places[:, None] - places[None, :]
        half = BUCKETS // 2
        found = (apart < 0).long() * half
        apart = apart.abs()
        near = half // 2
        far = near + (torch.log(apart.clamp(min=1).float() / near) / math.log(FARTHEST / near) * (half - near)).long()
        found = found + torch.where(apart < near, apart, far.clamp(max=half - 1))
        return self.relative(found).permute(2, 0, 1)[None]


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    kept = mask[:, :, None].to(states.dtype)
    return (states * kept).sum(1) / kept.sum(1).clamp(min=1)


def from_folder(folder: Path, **options: int) -> Teacher:
    """A teacher with a new head on the weights of all-mpnet-base-v2, as HuggingFace's folder has them."""
    assert json.loads((folder / "config.json").read_text())["model_type"] == "mpnet"
    weights = load_file(folder / "model.safetensors")
    model = Teacher(**options)
    names = {
        "query": "attention.attn.q", "key": "attention.attn.k", "value": "attention.attn.v", "attended": "attention.attn.o",
        "attended_norm": "attention.LayerNorm", "inner": "intermediate.dense", "outer": "output.dense", "outer_norm": "output.LayerNorm",
    }  # fmt: skip

    def take(module: nn.Module, name: str) -> None:
        with torch.no_grad():
            for part, parameter in module.named_parameters():
                parameter.copy_(weights[f"{name}.{part}"])

    take(model.words, "embeddings.word_embeddings")
    take(model.positions, "embeddings.position_embeddings")
    take(model.norm, "embeddings.LayerNorm")
    take(model.relative, "encoder.relative_attention_bias")
    for number, layer in enumerate(model.layers):
        for ours, theirs in names.items():
            take(getattr(layer, ours), f"encoder.layer.{number}.{theirs}")
    return model
