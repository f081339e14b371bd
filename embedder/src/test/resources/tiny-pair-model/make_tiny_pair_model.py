"""Makes a model of pairs whose log-odds can be worked out by hand, and that give away every input; its tokenizer is tiny-model's.

The log-odds are the sum, over the tokens of type 0, of a token's id times its position, less the same over the tokens of type 1;
positions count from 0. "blue" is not a number. Other outputs are what a pair model must not make.

    python3 -m venv /tmp/tiny && /tmp/tiny/bin/pip install onnx==1.23.2
    /tmp/tiny/bin/python embedder/src/test/resources/tiny-pair-model/make_tiny_pair_model.py
"""

import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

# [PAD], [UNK], [CLS], [SEP], red, green, blue
VALUES = [0, 1, 2, 3, 4, 5, numpy.nan]


def model():
    nodes = [
        helper.make_node("Gather", ["values", "input_ids"], ["value"]),
        helper.make_node("CumSum", ["attention_mask", "axis"], ["position"], exclusive=1),
        helper.make_node("Mul", ["token_type_ids", "two"], ["twice_type"]),
        helper.make_node("Sub", ["attention_mask", "twice_type"], ["sign"]),
        helper.make_node("Mul", ["position", "sign"], ["signed_position"]),
        helper.make_node("Cast", ["signed_position"], ["weight"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["value", "weight"], ["by_token"]),
        helper.make_node("ReduceSum", ["by_token", "axis"], ["log_odds"], keepdims=0),
        helper.make_node("Cast", ["log_odds"], ["whole_log_odds"], to=TensorProto.INT64),
        helper.make_node("Concat", ["log_odds", "log_odds"], ["log_odds_twice"], axis=0),
    ]
    shape = ["pairs", "tokens"]
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    graph = helper.make_graph(
        nodes,
        "tiny-pair",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in inputs],
        [
            helper.make_tensor_value_info("log_odds", TensorProto.FLOAT, shape[:1]),
            helper.make_tensor_value_info("by_token", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("whole_log_odds", TensorProto.INT64, shape[:1]),
            helper.make_tensor_value_info("log_odds_twice", TensorProto.FLOAT, ["twice_pairs"]),
        ],
        [
            numpy_helper.from_array(numpy.array(VALUES, dtype=numpy.float32), "values"),
            numpy_helper.from_array(numpy.array([1], dtype=numpy.int64), "axis"),
            numpy_helper.from_array(numpy.array([2], dtype=numpy.int64), "two"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    made.ir_version = 8
    onnx.checker.check_model(made)
    return made


onnx.save(model(), str(pathlib.Path(__file__).parent / "model.onnx"))
