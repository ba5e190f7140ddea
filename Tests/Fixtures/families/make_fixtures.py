#!/usr/bin/env python3
"""Makes the folders beside it: tiny models of each family and what transformers computes with them.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 transformers==5.24.0 safetensors numpy
    venv/bin/python make_fixtures.py [FAMILY...]

With names of families only those are made again, with the batches that are there. Every tensor is drawn again, with normalizations far from 1 and 0 and biases far from 0: the default start hides swapped
normalizations, dropped biases and the wrong nonlinearity. All sizes differ. Everything is computed in float64 on one
thread, without dropout, and stored rounded to float32 (losses as they are). The versions used are in golden.json.
"""
import copy
import json
import pathlib
import shutil
import sys

import numpy
import torch
import transformers
from safetensors.numpy import save_file

from steps import STEPS, is_normalization, padded, train

HERE = pathlib.Path(__file__).parent
LABELS, ROWS = 3, 5
VOCABULARY, PAD = 61, 1
PLAIN = dict(
    vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=2, num_attention_heads=4, intermediate_size=40,
    max_position_embeddings=26, type_vocab_size=2, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    num_labels=LABELS, pad_token_id=0,
)


def plain(**changes):
    return {**PLAIN, **changes}


CASES = {
    "bert": ("Bert", plain()),
    "electra": ("Electra", plain(embedding_size=12)),
    "electra-square": ("Electra", plain(embedding_size=24, hidden_act="gelu_new")),
    "roberta": ("Roberta", plain(type_vocab_size=1, pad_token_id=PAD, bos_token_id=2, eos_token_id=3,
                                 layer_norm_eps=1e-5)),
    "distilbert": ("DistilBert", dict(
        vocab_size=VOCABULARY, dim=24, n_layers=3, n_heads=4, hidden_dim=40, max_position_embeddings=26, dropout=0.0,
        attention_dropout=0.0, seq_classif_dropout=0.0, num_labels=LABELS, pad_token_id=0)),
    "albert": ("Albert", plain(embedding_size=12, num_hidden_layers=3, hidden_act="gelu_new",
                               classifier_dropout_prob=0.0)),
    "ernie": ("Ernie", plain()),
    "ernie-tasks": ("Ernie", plain(use_task_id=True, task_type_vocab_size=3)),
    "albert-groups": ("Albert", plain(embedding_size=12, num_hidden_layers=3, num_hidden_groups=2, inner_group_num=2,
                                      classifier_dropout_prob=0.0)),
    "gpt2": ("GPT2", dict(
        vocab_size=VOCABULARY, n_embd=24, n_layer=2, n_head=4, n_inner=40, n_positions=26, resid_pdrop=0.0, embd_pdrop=0.0,
        attn_pdrop=0.0, num_labels=LABELS, pad_token_id=0, bos_token_id=2, eos_token_id=3)),
    "openai-gpt": ("OpenAIGPT", dict(
        vocab_size=VOCABULARY, n_embd=24, n_layer=2, n_head=4, n_positions=26, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
        num_labels=LABELS, pad_token_id=0)),
}


def make_batch(random, lengths):
    """Rows of ids, 2 first and 3 last; every second row is a pair of segments. No row holds a padding id."""
    rows, segments = [], []
    for number, length in enumerate(lengths):
        ids = random.integers(5, VOCABULARY, length)
        ids[0], ids[-1] = 2, 3
        first = length // 2 if number % 2 else length
        rows.append([int(i) for i in ids])
        segments.append([0] * first + [1] * (length - first))
    return {"rows": rows, "segments": segments, "labels": [int(l) for l in random.integers(0, LABELS, len(rows))]}


def loss_of(model, config, batch):
    inputs, _ = padded(config, batch, batch["rows"])
    logits = model(**inputs).logits
    return torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"])), logits


def redraw(model, random):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            is_norm = is_normalization(name)
            center = 1.0 if is_norm and name.endswith("weight") else 0.0
            values = center + (0.3 if is_norm else 0.2) * random.standard_normal(tuple(parameter.shape))
            parameter.copy_(torch.tensor(values.astype(numpy.float32)))


def worst_rounding(model, config, batch):
    """How far PyTorch's own float32 gradients are from its float64 ones; key biases have none but noise."""
    def gradients(one):
        loss_of(one, config, batch)[0].backward()
        return {n: p.grad.double() for n, p in one.named_parameters() if not n.endswith(("key.bias", "k_lin.bias"))}
    exact, rounded = gradients(copy.deepcopy(model).double()), gradients(copy.deepcopy(model).float())
    return max(((rounded[n] - exact[n]).norm() / exact[n].norm()).item() for n in exact)


def main():
    torch.set_num_threads(1)
    wanted = sys.argv[1:] or list(CASES)
    random = numpy.random.default_rng(7 if len(wanted) == len(CASES) else [7, list(CASES).index(wanted[0])])
    golden = json.loads((HERE / "golden.json").read_text()) if sys.argv[1:] else {"models": {}}
    if not sys.argv[1:]:
        golden["batches"] = [make_batch(random, [2, 24, 9, 17, 5])]
        golden["batches"] += [make_batch(random, [int(n) for n in random.integers(2, 25, ROWS)]) for _ in range(STEPS - 1)]
    batches = golden["batches"]
    golden["versions"] = {
        "python": __import__("platform").python_version(), "torch": torch.__version__,
        "transformers": transformers.__version__, "numpy": numpy.__version__,
    }
    for name in wanted:
        family, settings = CASES[name]
        config = getattr(transformers, family + "Config")(**settings)
        config._attn_implementation = "eager"
        model = getattr(transformers, family + "ForSequenceClassification")(config).eval()
        redraw(model, random)
        # Gradients that nearly cancel would measure rounding, not the program: such weights are drawn again.
        while worst_rounding(model, config, batches[0]) > 1.2e-6:
            redraw(model, random)
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(folder)
        model = model.double()
        loss, logits = loss_of(model, config, batches[0])
        loss.backward()
        gradients = {n: p.grad.numpy().astype(numpy.float32) for n, p in model.named_parameters()}
        save_file(gradients, folder / "gradients.safetensors")
        model.zero_grad()
        losses, rates = train(model, batches, lambda batch, _: loss_of(model, config, batch)[0])
        golden["models"][name] = {
            "loss": loss.item(), "logits": logits.tolist(), "training": {"losses": losses, "learning_rates": rates},
        }
    (HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
