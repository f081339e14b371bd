"""Makes a model of four dimensions whose vectors can be worked out by hand, in the shape of a sentence-transformers export.

The vector of a token is its row of TABLE plus the mean of the rows of all tokens of the text; [PAD] stands for nothing.

    python3 -m venv /tmp/tiny && /tmp/tiny/bin/pip install onnx==1.23.2 tokenizers==0.23.3
    /tmp/tiny/bin/python embedder/src/test/resources/tiny-model/make_tiny_model.py
"""

import pathlib

import numpy
import onnx
import tokenizers
from onnx import TensorProto, helper, numpy_helper

TABLE = {
    "[PAD]": [0, 0, 0, 0],
    "[UNK]": [0, 0, 1, 1],
    "[CLS]": [1, 0, 0, 0],
    "[SEP]": [0, 1, 0, 0],
    "red": [0, 0, 1, 0],
    "green": [0, 0, 0, 1],
    "blue": [0, 0, 1, -1],
}


def tokenizer():
    words = {word: i for i, word in enumerate(TABLE)}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", words["[CLS]"]), ("[SEP]", words["[SEP]"])]
    )
    return made


def model():
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last_axis"], ["mask3"]),
        helper.make_node("Mul", ["rows", "mask3"], ["seen"]),
        helper.make_node("ReduceMean", ["seen"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Add", ["seen", "mean"], ["token_vectors"]),
    ]
    shape = ["texts", "tokens"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("token_vectors", TensorProto.FLOAT, shape + [4])],
        [
            numpy_helper.from_array(numpy.array(list(TABLE.values()), dtype=numpy.float32), "table"),
            numpy_helper.from_array(numpy.array([2], dtype=numpy.int64), "last_axis"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    onnx.checker.check_model(made)
    return made


here = pathlib.Path(__file__).parent
tokenizer().save(str(here / "tokenizer.json"))
onnx.save(model(), str(here / "model.onnx"))
