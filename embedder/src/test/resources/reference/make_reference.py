"""Computes the vectors that the embedder is checked against, without any of its code.

Reads the same two model files through other bindings (Python), pads nothing, and writes vectors.json beside itself:
tokens and unknown tokens of each text and, for a text that fits the window, the base64 of its little-endian float32 vector.

    mvn -q package -pl models
    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install onnxruntime==1.22.0 tokenizers==0.23.3 numpy
    /tmp/reference/bin/python embedder/src/test/resources/reference/make_reference.py models/target/models/all-minilm-l6-v2-q
"""

import base64
import json
import pathlib
import sys

import numpy
import onnxruntime
import tokenizers

WINDOW = 256

# (text, how often it is repeated)
TEXTS = [
    ("?", 1),
    ("Hi", 1),
    ("refund", 1),
    ("How do I change the email address of my account?", 1),
    ("How do I not change the email address of my account?", 1),
    ("HOW DO I CHANGE THE EMAIL ADDRESS OF MY ACCOUNT?", 1),
    ("  how do I\tchange \n\n the email address   of my account?  ", 1),
    ("Is flight 4711 to Oslo on 3 May 2027 at 18:45 delayed by more than 2.5 hours?", 1),
    ("Grüße aus Köln: die Straße über den Fluss ist für Fußgänger gesperrt, oder?", 1),
    ("Gru\u0308\u00dfe aus Ko\u0308ln", 1),
    ("Où est la gare la plus proche, s'il vous plaît ? Ça coûte combien ?", 1),
    ("明日の朝は雨が降りますか。", 1),
    ("为什么我的订单还没有发货？", 1),
    ("내일 서울 날씨가 어때요?", 1),
    ("متى تفتح المكتبة أبوابها؟", 1),
    ("Когда открывается библиотека?", 1),
    ("what is 😀?", 1),
    ("🚀🚀🚀 ship it 👩\u200d🚀 to 🇳🇴 now", 1),
    ("def mean(xs): return sum(xs) / len(xs)  # what if xs == [] ?", 1),
    ("https://example.org/a/b?c=d&e=%20f#g returns 404; why?", 1),
    ("What does [SEP] mean, and what does [MASK] do in this sentence?", 1),
    ("zero\u0000byte, soft\u00adhyphen, no\u00a0break, zero\u200bwidth and \ufeffmark", 1),
    ("a word of 120 letters: " + "abcdefgh" * 15, 1),
    ("Our kettle trips the fuse whenever the toaster is on, although each of them works well alone. "
     "The house was rewired two years ago and the electrician said that one circuit serves the whole kitchen. "
     "Should we buy a kettle that needs less power, or ask for a second circuit?", 1),
    ("The river rose a hand's breadth overnight, and by noon the ferry had stopped. ", 8),
    ("harbour ", WINDOW - 3),
    ("harbour ", WINDOW - 2),
    ("harbour ", WINDOW - 1),
    ("lighthouse keepers seldom sleep at night. ", 833),
]


def main(folder):
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "all-minilm-l6-v2-q-tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    unknown = tokenizer.token_to_id("[UNK]")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "all-minilm-l6-v2-q.onnx"), options, providers=["CPUExecutionProvider"]
    )
    references = []
    for text, repeat in TEXTS:
        encoding = tokenizer.encode(text * repeat)
        reference = {
            "text": text,
            "repeat": repeat,
            "tokens": len(encoding.ids),
            "unknown": encoding.ids.count(unknown),
        }
        if len(encoding.ids) <= WINDOW:
            inputs = {
                "input_ids": numpy.array([encoding.ids], dtype=numpy.int64),
                "attention_mask": numpy.array([encoding.attention_mask], dtype=numpy.int64),
                "token_type_ids": numpy.array([encoding.type_ids], dtype=numpy.int64),
            }
            token_vectors = session.run(["last_hidden_state"], inputs)[0][0].astype(numpy.float64)
            mask = inputs["attention_mask"][0][:, None]
            vector = (token_vectors * mask).sum(axis=0) / mask.sum()
            vector /= numpy.linalg.norm(vector)
            reference["vector"] = base64.b64encode(vector.astype("<f4").tobytes()).decode()
        references.append(reference)
    lines = ",\n".join(json.dumps(reference) for reference in references)
    (pathlib.Path(__file__).parent / "vectors.json").write_text("[\n" + lines + "\n]\n")


main(pathlib.Path(sys.argv[1]))
