"""The works that train BERT: ours and PyTorch on the same shards, by turns.

Times of these works are seconds for 1,000 tokens of text, measured over the steps after the first ones; memory is that of the
whole process.
"""

import json
import re
import shutil
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
MODELS = "kcbert"
WARM = 2
STEPS = 8
# Steps that a peer needs minutes for are fewer.
DYNAMIC_STEPS = {"bf16": 5, "fp32": 4}


def shards(bench, comments):
    """A folder of shards of the real comments."""
    folder = bench.pipeline("fine-tune", bench.data / comments)
    vocabulary = bench.data / MODELS / "kcbert-base"
    bench.ours(None, folder, "run", "fine-tune.yaml", "-S", f"vocabulary={vocabulary}")
    return next((folder / "artifacts").rglob("manifest.json")).parent


def train(bench, data, model, precision, steps):
    """Trains for a few steps; returns the steps' metrics, the whole's cost and what it said."""
    out, metrics = bench.folder / "trained", bench.folder / "steps.jsonl"
    for left in (out, bench.folder / "trained.checkpoints"):
        shutil.rmtree(left, ignore_errors=True)
    metrics.unlink(missing_ok=True)
    cost = measure.run(
        [bench.command, "train", "--shards", data, "--init", bench.data / MODELS / model, "--out", out,
         "--max-steps", str(steps), "--precision", precision, "--metrics", metrics], bench.folder)
    said = (bench.folder / "stderr.txt").read_text(errors="replace")
    return [json.loads(line) for line in metrics.read_text().splitlines()], cost, said


def per_thousand(steps):
    """Seconds for 1,000 tokens."""
    seconds = sum(step.get("seconds") or step["tokens"] / step["tokens_per_second"] for step in steps)
    return 1000 * seconds / sum(step["tokens"] for step in steps)


def peer(bench, data, precision, batching):
    """The peer's answer, and its cost for 1,000 tokens."""
    steps = DYNAMIC_STEPS[precision] if batching == "dynamic" else STEPS
    said = bench.folder / "peer.json"
    script = HERE / "peers" / "transformers_train.py"
    measure.run(
        [bench.python, "-B", script, data, bench.data / MODELS / "kcbert-base", "--precision", precision, "--batching",
         batching, "--steps", str(steps), "--warm", str(WARM)], bench.folder, said)
    result = json.loads(said.read_text())
    seconds = per_thousand(result["steps"][WARM:])
    return result, measure.Cost(seconds, 0, result["bytes"])


def onednn_rate(bench, precision, tokens):
    """GFLOP/s of oneDNN's own products at the shapes of a step."""
    program = bench.folder / "onednn_rate"
    if not program.exists():
        measure.run(["cc", "-O2", "-o", program, HERE / "peers" / "onednn_rate.c", "-ldnnl"], bench.folder)
    said = bench.folder / "rate.json"
    measure.run([program, precision, str(tokens)], bench.folder, said)
    return json.loads(said.read_text())["gigaflops"]


def fine_tune(bench, comments):
    """BERT-base from random weights, batches of 32; peer: PyTorch, padding each batch, sorting by length, without padding, or
    sorted and compiled."""
    data = shards(bench, comments)
    for precision in ("bf16", "fp32"):
        compared = [
            batching for batching in ("dynamic", "sorted", "flat", "compiled") if f"train-{precision}-{batching}" in bench.wanted]
        shares = [row for row in (f"share-{precision}", f"products-{precision}") if row in bench.wanted]
        remembers = precision == "bf16" and "train-memory" in bench.wanted
        if not (compared or shares or remembers):
            continue
        for _ in range(bench.runs):
            steps, cost, said = train(bench, data, "kcbert-base", precision, WARM + STEPS)
            seconds = per_thousand(steps[WARM:])
            ours = measure.Cost(seconds, cost.cpu, cost.memory)
            profile = next(line for line in said.splitlines() if "GFLOP/s in all" in line)
            rates = {
                "share": float(re.search(r"([\d.]+) GFLOP/s in all", profile).group(1)),
                "products": float(re.search(r"products [\d.]+ % at ([\d.]+) GFLOP/s", profile).group(1)),
            }
            for batching in compared:
                result, theirs = peer(bench, data, precision, batching)
                row = bench.rows.setdefault(f"train-{precision}-{batching}", ([], []))
                row[0].append(ours)
                row[1].append(theirs)
                if batching in ("sorted", "compiled"):
                    continue  # its batches are other rows, and padded
                count = min(len(steps), len(result["steps"]))
                bench.same(
                    f"train {precision}, tokens of the first {count} steps",
                    sum(step["tokens"] for step in steps[:count]),
                    sum(step["tokens"] for step in result["steps"][:count]))
            if shares:
                # Seconds for 10^12 operations.
                alone = onednn_rate(bench, precision, sum(step["tokens"] for step in steps[WARM:]) // STEPS)
                for name in shares:
                    row = bench.rows.setdefault(name, ([], []))
                    row[0].append(measure.Cost(1000 / rates[name.split("-")[0]], cost.cpu, cost.memory))
                    row[1].append(measure.Cost(1000 / alone, 0, 0))
            if remembers:
                bench.rows.setdefault("train-memory", ([], []))[0].append(ours)
        bench.notes.append(
            f"{precision}: {profile.removeprefix('train: ')}" + (f"; {result['peer']}" if compared else ""))


def large(bench, comments):
    """BERT-large, a few steps in bf16; no peer."""
    data = shards(bench, comments)
    steps, cost, said = train(bench, data, "kcbert-large", "bf16", 4)
    bench.rows["train-large"] = ([measure.Cost(per_thousand(steps[1:]), cost.cpu, cost.memory)], [])
    bench.notes.append("large: " + next(line for line in said.splitlines() if "GFLOP/s in all" in line))
