"""Writes the learned cross-encoder as int8 ONNX: ``python -m reprise_verifier.export --help``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from .model import CrossEncoder

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OUTPUT = "log_odds"


def export(model: CrossEncoder, file: Path) -> None:
    """Float weights in one file, inputs of any batch and length."""
    model.eval()
    example = torch.ones(2, 9, dtype=torch.int64)
    torch.onnx.export(
        model,
        (example, example, torch.zeros_like(example)),
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


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a learned cross-encoder as int8 ONNX.")
    parser.add_argument("--model", type=Path, required=True, help="model.pt of the training")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--float", type=Path, help="where to keep the float ONNX file too")
    parser.add_argument("--layers", type=int, default=6)
    arguments = parser.parse_args()
    model = CrossEncoder(arguments.layers)
    model.load_state_dict(torch.load(arguments.model))
    with tempfile.TemporaryDirectory() as folder:
        float_file = arguments.float or Path(folder) / "float.onnx"
        export(model, float_file)
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        quantize(float_file, arguments.out)


if __name__ == "__main__":
    main()
