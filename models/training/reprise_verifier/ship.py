"""Writes a learned teacher as a model folder's files: int8 ONNX in parts, and its tokenizer: ``python -m reprise_verifier.ship --help``."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from . import cases
from .files import whole
from .teach import Tokens, batch, loaded
from .teacher_model import Teacher

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OUTPUT = "log_odds"

# A repository keeps no file of more than 45 MB.
PART_BYTES = 40_000_000
# Of 3,072 inner states a few are ten times as large as the rest, and one scale for all would leave the rest three bits.
OUTLIERS = 64
SAMPLE = 200


class Split(nn.Module):
    """A linear layer in two: the inputs that grow largest are multiplied in float, so that bytes serve the rest well.

    The mixed decomposition of LLM.int8() (Dettmers et al., 2022), with columns that are chosen once.
    """

    def __init__(self, whole_layer: nn.Linear, largest: Tensor) -> None:
        super().__init__()
        chosen = set(largest.tolist())
        rest = torch.tensor([column for column in range(whole_layer.in_features) if column not in chosen])
        self.register_buffer("largest", largest)
        self.register_buffer("others", rest)
        self.rest = nn.Linear(len(rest), whole_layer.out_features)
        self.kept = nn.Parameter(whole_layer.weight[:, largest].t().contiguous())
        with torch.no_grad():
            self.rest.weight.copy_(whole_layer.weight[:, rest])
            self.rest.bias.copy_(whole_layer.bias)

    def forward(self, states: Tensor) -> Tensor:
        return self.rest(states.index_select(-1, self.others)) + states.index_select(-1, self.largest) @ self.kept


@torch.no_grad()
def split(model: Teacher, tokens: Tokens) -> None:
    """Splits each layer's last product by how large its inputs grow on pairs of families that are learned from."""
    model.eval()
    largest = [torch.zeros(layer.outer.in_features) for layer in model.layers]

    def watch(number: int, inputs: tuple[Tensor, ...]) -> None:
        largest[number] = torch.maximum(largest[number], inputs[0].abs().flatten(0, -2).amax(0))

    hooks = [
        layer.outer.register_forward_pre_hook(lambda _, inputs, number=number: watch(number, inputs))
        for number, layer in enumerate(model.layers)
    ]
    pairs = random.Random(5).sample(cases.family_pairs(cases.families(), cases.LEARN), SAMPLE)
    for encoded in tokens.of([(pair.first, pair.second) for pair in pairs]):
        model(*batch([encoded]))
    for hook, layer, sizes in zip(hooks, model.layers, largest, strict=True):
        hook.remove()
        layer.outer = Split(layer.outer, sizes.topk(OUTLIERS).indices)


def quantize(float_file: Path, file: Path) -> None:
    """Weights as signed bytes per output channel; seven bits, because processors without VNNI add up bytes in 16 bits and overflow."""
    graph = onnx.load(str(float_file)).graph
    kept = [node.name for node in graph.node if "/outer/" in node.name and "/rest/" not in node.name]
    quantize_dynamic(
        str(float_file), str(file), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8, nodes_to_exclude=kept
    )


def export(model: Teacher, file: Path) -> None:
    """Float weights in one file, inputs of any batch and length."""
    model.eval()
    example = torch.full((2, 9), 5, dtype=torch.int64)
    second = torch.zeros_like(example)
    second[:, 5:] = 1
    torch.onnx.export(
        model,
        (example, torch.ones_like(example), second),
        str(file),
        input_names=INPUTS,
        output_names=[OUTPUT],
        dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in INPUTS} | {OUTPUT: {0: "pairs"}},
        opset_version=17,
        dynamo=False,
    )


def in_parts(content: bytes) -> list[bytes]:
    """Parts that make the content again one after another."""
    return [content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES)]


def tokenizer(file: Path) -> str:
    """The tokenizer without a length of its own: whoever reads with it cuts and pads."""
    told = json.loads(file.read_text(encoding="utf-8"))
    return json.dumps(told | {"truncation": None, "padding": None}, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a learned teacher as int8 ONNX in parts, with its tokenizer.")
    parser.add_argument("--weights", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--learned", type=Path, required=True, help="what teach learned")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder, whose name is the model's")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    name = arguments.out.name
    with tempfile.TemporaryDirectory() as folder:
        floats, bytes_ = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        model = loaded(arguments.weights, arguments.learned)
        split(model, Tokens(arguments.weights / "tokenizer.json"))
        export(model, floats)
        quantize(floats, bytes_)
        content = bytes_.read_bytes()
    for number, part in enumerate(in_parts(content), 1):
        with whole(arguments.out / f"{name}.onnx.{number}") as file:
            file.write_bytes(part)
    print(f"{name}.onnx {hashlib.sha256(content).hexdigest()}")
    told = tokenizer(arguments.weights / "tokenizer.json").encode()
    with whole(arguments.out / "tokenizer.json") as file:
        file.write_bytes(told)
    print(f"tokenizer.json {hashlib.sha256(told).hexdigest()}")


if __name__ == "__main__":
    main()
