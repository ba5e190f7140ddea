#!/usr/bin/env python3
"""Makes the files beside it: a tiny BERT and what PyTorch and transformers compute with it.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 transformers==5.23.0 safetensors numpy
    venv/bin/python make_fixtures.py

Two encoders share one set of random weights; one has the exact GELU, the other the tanh approximation. Everything is
computed in float64 on one thread, without dropout, and stored rounded to float32 (losses as they are), so that the
tolerances of the tests measure the program alone. The versions used are written into golden.json.
"""
import json
import pathlib

import numpy
import torch
import transformers
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
LABELS, ROWS, STEPS, WARMUP, PEAK = 3, 6, 10, 2, 1e-3
SIZES = dict(
    vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
    max_position_embeddings=64, type_vocab_size=2, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
)


def make_batch(random, lengths):
    """Rows of ids, [CLS]=2 first and [SEP]=3 last; every second row is a pair of segments."""
    rows, segments = [], []
    for number, length in enumerate(lengths):
        ids = random.integers(5, 60, length)
        ids[0], ids[-1] = 2, 3
        first = length // 2 if number % 2 else length
        if number == 2:
            ids[1:-1] = 1  # a row of nothing but [UNK]
        rows.append([int(i) for i in ids])
        segments.append([0] * first + [1] * (length - first))
    return {"rows": rows, "segments": segments, "labels": [int(l) for l in random.integers(0, LABELS, len(rows))]}


def loss_of(model, batch, weights=None):
    longest = max(map(len, batch["rows"]))
    pad = lambda rows: torch.tensor([r + [0] * (longest - len(r)) for r in rows])
    logits = model(
        input_ids=pad(batch["rows"]), token_type_ids=pad(batch["segments"]),
        attention_mask=pad([[1] * len(r) for r in batch["rows"]]),
    ).logits
    losses = torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"]), reduction="none")
    if weights is None:
        return losses.mean(), logits
    weights = torch.tensor(weights, dtype=torch.float64)
    return (losses * weights).sum() / weights.sum(), logits


def make_model(activation, weights):
    config = transformers.BertConfig(**SIZES, hidden_act=activation, num_labels=LABELS)
    config._attn_implementation = "eager"
    model = transformers.BertForSequenceClassification(config).double().eval()
    model.load_state_dict({n: torch.tensor(w, dtype=torch.float64) for n, w in weights.items()}, strict=False)
    return model, config


def train(model, batches):
    """Losses and gradient norms of ten AdamW steps as transformers' Trainer takes them."""
    decays = lambda name: not (name.endswith("bias") or "LayerNorm" in name)
    groups = [
        {"params": [p for n, p in model.named_parameters() if decays(n)], "weight_decay": 0.01},
        {"params": [p for n, p in model.named_parameters() if not decays(n)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses, norms, rates = [], [], []
    for batch in batches:
        rates.append(schedule.get_last_lr()[0])
        loss, _ = loss_of(model, batch)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return {"losses": losses, "gradient_norms": norms, "learning_rates": rates}


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    random = numpy.random.default_rng(1)
    model, _ = make_model("gelu", {})
    weights = {}
    for name, parameter in model.state_dict().items():
        if "position_ids" in name:
            continue
        spread = 0.1 if name.endswith("bias") or "LayerNorm" in name else 0.25
        center = 1.0 if "LayerNorm.weight" in name else 0.0
        weights[name] = (center + spread * random.standard_normal(tuple(parameter.shape))).astype(numpy.float32)
    save_file(weights, HERE / "weights.safetensors", metadata={"format": "pt"})

    batches = [make_batch(random, [2, 60, 9, 17, 33, 5])]
    batches += [make_batch(random, [int(n) for n in random.integers(2, 61, ROWS)]) for _ in range(STEPS - 1)]
    row_weights = [0.5, 2.0, 1.0, 0.0, 1.5, 3.0]
    golden = {
        "versions": {
            "python": __import__("platform").python_version(), "torch": torch.__version__,
            "transformers": transformers.__version__, "numpy": numpy.__version__,
        },
        "batches": batches, "row_weights": row_weights, "models": {},
    }
    for activation in ["gelu", "gelu_new"]:
        model, config = make_model(activation, weights)
        (HERE / f"config_{activation}.json").write_text(config.to_json_string())
        loss, logits = loss_of(model, batches[0])
        loss.backward()
        gradients = {n: p.grad.numpy().astype(numpy.float32) for n, p in model.named_parameters()}
        save_file(gradients, HERE / f"gradients_{activation}.safetensors")
        weighted, _ = loss_of(model, batches[0], row_weights)
        first_tokens = model.bert(torch.tensor([batches[0]["rows"][1]]),
                                  token_type_ids=torch.tensor([batches[0]["segments"][1]])).last_hidden_state[0, 0]
        golden["models"][activation] = {
            "loss": loss.item(), "weighted_loss": weighted.item(), "logits": logits.tolist(),
            "first_token_of_row_1": first_tokens.tolist(),
            "training": train(make_model(activation, weights)[0], batches),
        }
    (HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
