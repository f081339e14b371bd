"""Writes a learned teacher as a model folder's files: int8 ONNX in parts, and its tokenizer: ``python -m reprise_verifier.ship --help``."""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from .files import whole
from .teach import loaded
from .teacher_model import Teacher

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OUTPUT = "log_odds"
# A repository keeps no file of more than 45 MB.
PART_BYTES = 40_000_000


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


def quantize(float_file: Path, file: Path) -> None:
    """Weights as signed bytes per output channel; seven bits, because processors without VNNI add up bytes in 16 bits and overflow."""
    quantize_dynamic(str(float_file), str(file), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


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
        export(loaded(arguments.weights, arguments.learned), floats)
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
