"""Times ONNX Runtime on texts, one a line, in batches sorted by length.

    python onnx_answers.py export MODEL                        MODEL/model.onnx, fp32
    python onnx_answers.py answer MODEL TEXTS [--batch 32]

Prints one line of JSON: seconds for tokenizing and answering, and of each text the probability of the last class.
"""

import argparse
import json
import os
import time
import warnings
from pathlib import Path

import numpy
import transformers


def export(model):
    import torch

    warnings.simplefilter("ignore")
    network = transformers.AutoModelForSequenceClassification.from_pretrained(model, attn_implementation="eager").eval()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.ones(2, 8, dtype=torch.long)
    torch.onnx.export(
        network, (ids, torch.ones_like(ids), torch.zeros_like(ids)), f"{model}/model.onnx", input_names=names,
        output_names=["logits"], dynamic_axes={name: {0: "rows", 1: "tokens"} for name in names}, opset_version=17,
        dynamo=False)


def answer(model, texts, size):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    session = onnxruntime.InferenceSession(f"{model}/model.onnx", options, providers=["CPUExecutionProvider"])
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)
    start = time.perf_counter()
    rows = tokenizer(texts, truncation=True, max_length=300)["input_ids"]
    order = sorted(range(len(rows)), key=lambda row: -len(rows[row]))
    probabilities = [0.0] * len(rows)
    for at in range(0, len(order), size):
        batch = order[at : at + size]
        ids = numpy.zeros((len(batch), len(rows[batch[0]])), numpy.int64)
        mask = numpy.zeros_like(ids)
        for line, row in enumerate(batch):
            ids[line, : len(rows[row])] = rows[row]
            mask[line, : len(rows[row])] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        scores = session.run(None, inputs)[0].astype(numpy.float64)
        powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
        for row, of_classes in zip(batch, powers / powers.sum(axis=1, keepdims=True)):
            probabilities[row] = float(of_classes[-1])
    return {
        "peer": f"ONNX Runtime {onnxruntime.__version__} fp32, sorted batches of {size}",
        "seconds": time.perf_counter() - start,
        "probabilities": probabilities,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["export", "answer"])
    parser.add_argument("model")
    parser.add_argument("texts", type=Path, nargs="?")
    parser.add_argument("--batch", type=int, default=32)
    asked = parser.parse_args()
    transformers.logging.set_verbosity_error()
    if asked.what == "export":
        return export(asked.model)
    texts = asked.texts.read_text(encoding="utf-8").split("\n")[:-1]
    print(json.dumps(answer(asked.model, texts, asked.batch)))


if __name__ == "__main__":
    main()
