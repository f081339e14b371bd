"""Takes the weights of a shipped model back out of its bytes, to teach it further: ``python -m reprise_verifier.shipped --help``.

A weight comes back as its byte times its channel's scale, so within half a step of what was learned.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from .files import whole
from .teacher_model import Teacher, from_folder


def weights(model: onnx.ModelProto, learned: list[str]) -> dict[str, Tensor]:
    """The learned parameters by name, of a model that ``ship`` wrote."""
    values = {constant.name: numpy_helper.to_array(constant) for constant in model.graph.initializer}
    quantized = {}
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            bytes_of = node.input[1]
            scale = values[bytes_of.removesuffix("_quantized") + "_scale"]
            layer = node.name.removesuffix("/MatMul_quant").removesuffix("/Gemm_MatMul_quant").strip("/").replace("/", ".")
            quantized[f"{layer}.weight"] = (values[bytes_of].astype(np.float32) * scale).T
    found = {}
    for name in learned:
        layer, kind = name.rsplit(".", 1)
        if not layer.endswith(".outer"):
            found[name] = quantized[name] if name in quantized else values[name]
        elif kind == "bias":
            found[name] = values[f"{layer}.rest.bias"]
        else:
            rest, kept = quantized[f"{layer}.rest.weight"], values[f"{layer}.kept"].T
            found[name] = np.empty((rest.shape[0], rest.shape[1] + kept.shape[1]), dtype=np.float32)
            found[name][:, values[f"{layer}.others"]] = rest
            found[name][:, values[f"{layer}.largest"]] = kept
    return {name: torch.tensor(value) for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes what was learned of a shipped model as weights that a pass can start from.")
    parser.add_argument("--weights", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--model", type=Path, required=True, help="folder of the shipped model, with its parts")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    parts = sorted(arguments.model.glob("*.onnx.*"), key=lambda file: int(file.suffix[1:]))
    model: Teacher = from_folder(arguments.weights)
    learned = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    with whole(arguments.out) as to:
        torch.save(weights(onnx.load_from_string(b"".join(part.read_bytes() for part in parts)), learned), to)


if __name__ == "__main__":
    main()
