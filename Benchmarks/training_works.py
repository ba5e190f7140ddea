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


PRETRAIN_STEPS = (4, 24)
SMALL = {
    "model_type": "bert", "hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 1024,
    "max_position_embeddings": 128,
}


def pretrain(bench, comments):
    """Masked words of real comments by a BERT of 4 layers of 256; peer: transformers' Trainer. The time of a step is that of
    twenty more, so that reading and cleaning texts is on neither side."""
    folder = bench.pipeline("pretrain", bench.data / comments)
    (folder / "init").mkdir()
    config = folder / "init" / "config.json"
    config.write_text(json.dumps(SMALL))
    bench.ours(None, folder, "run", "pretrain.yaml", "--until", "vocabulary")
    vocabulary = next((folder / "artifacts").rglob("vocab.txt")).parent
    for _ in range(bench.runs):
        costs = []
        for steps in PRETRAIN_STEPS:
            costs.append(measure.run(
                [bench.command, "run", "pretrain.yaml", "-S", f"steps={steps}", "--force", "mlm"], folder))
            said = (folder / "stderr.txt").read_text(errors="replace")
        rows, tokens = map(int, re.search(r"mlm: (\d+) texts to learn from, 0 held out, (\d+) tokens", said).groups())
        few, many = PRETRAIN_STEPS
        thousands = (many - few) * 256 * (tokens / rows + 2) / 1000
        ours = measure.Cost((costs[1].wall - costs[0].wall) / thousands, costs[1].cpu, costs[1].memory)
        result = bench.python_peer(
            None, "transformers_pretrain.py", bench.prepared("texts"), vocabulary, config)
        row = bench.rows.setdefault("pretrain", ([], []))
        row[0].append(ours)
        row[1].append(measure.Cost(1000 * result["seconds"] / result["tokens"], 0, 0))
    bench.notes.append(f"pretrain: {result['peer']}")


# Bands of ratios inside the first one: other labels and another sample of the same comments.
BANDS = ("[0.4, 0.6]", "[0.42, 0.58]", "[0.43, 0.57]", "[0.44, 0.56]", "[0.45, 0.55]", "[0.46, 0.54]")


def features(bench, comments):
    """A relabel whose rows have features from before: the features stage and the train stage that fits the head, as a whole
    process; peer: the same two stages on a store that has seen none of the rows."""
    folder = bench.pipeline("features", bench.data / comments)
    (folder / "init").mkdir()
    (folder / "init" / "config.json").write_text(json.dumps(SMALL))
    row = bench.rows.setdefault("relabel-features", ([], []))

    def run(band, *more):
        settings = ["-S", f"band={band}"]
        measure.run([bench.command, "run", "features.yaml", *settings, "--until", "shards"], folder)
        cost = measure.run([bench.command, "run", "features.yaml", *settings, "--until", "head", *more], folder)
        said = (folder / "stderr.txt").read_text(errors="replace")
        counts = re.search(r"^vectors: done in .*rows ([\d,]*\d)(?:, computed ([\d,]*\d))?", said, re.MULTILINE)
        if not counts:
            raise measure.Failed("the features stage told nothing of its rows")
        return cost, *(int((count or "0").replace(",", "")) for count in counts.groups())

    for _ in range(bench.runs):
        cost, rows, computed = run(BANDS[0], "--force", "vectors", "--force", "head")
        bench.same("features of the first run, computed", computed, rows)
        row[1].append(cost)
    for turn in range(bench.runs):
        cost, rows, computed = run(BANDS[1 + turn % (len(BANDS) - 1)])
        bench.same(f"features of relabel {turn + 1}, {rows:,} rows, computed", computed, 0)
        row[0].append(cost)
