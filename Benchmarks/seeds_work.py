"""The work that trains from several seeds: ours and the Trainer of transformers on the same shards, from the same weights.

What counts here is the accuracy on dev, not the time: seeds are worked through side by side, each training in one thread.
"""

import dataclasses
import json
import os
import re
import shutil
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from math import sqrt
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
SIDES = ("fp32", "bf16", "Trainer")
FEWEST = 5
EPOCHS = 3
RATE = "2e-4"
# The measurement would see this: with half the rate the means must lie apart.
CONTROL_RATE = "1e-4"


@dataclasses.dataclass(frozen=True)
class Training:
    """What one training cost, and its accuracy on dev in percent, after each epoch."""

    cost: measure.Cost
    accuracy: list


def shards(bench, reviews, vocabulary):
    """A folder of shards of labeled reviews, and what making them said of their rows."""
    folder = bench.pipeline("sentiment", bench.prepared("sentiment", reviews))
    bench.ours(None, folder, "run", "sentiment.yaml", "-S", f"vocabulary={bench.data / vocabulary}")
    found = next((folder / "artifacts").rglob("manifest.json"))
    return found.parent, json.loads(found.read_text())["rows"]


def ours(bench, folder, data, seed, precision, rate=RATE):
    cost = measure.run(
        [bench.command, "train", "--shards", data, "--init", folder / "start", "--out", folder / f"{precision}-{rate}",
         "--seed", seed, "--precision", precision, "--epochs", EPOCHS, "--learning-rate", rate, "--threads", 1], folder)
    said = (folder / "stderr.txt").read_text(errors="replace")
    if not re.search(r"tensors loaded, 0 newly initialised, 0 ignored", said):
        raise measure.Failed("train: did not take all initial weights over")
    return Training(cost, [100 * float(share) for share in re.findall(r"dev scores \(accuracy ([\d.]+)", said)])


def peer(bench, folder, data, seed):
    said = folder / "peer.json"
    cost = measure.run(
        [bench.python, "-B", HERE / "peers" / "transformers_trainer.py", data, folder / "start", "--seed", seed,
         "--epochs", EPOCHS, "--learning-rate", RATE, "--threads", 1], folder, said)
    result = json.loads(said.read_text())
    return result["peer"], Training(cost, [100 * dev["accuracy"] for dev in result["dev"]])


def one_seed(bench, data, vocabulary, seed):
    """The trainings from one seed's initial weights, by side, and the peer's versions."""
    folder = bench.folder / f"seed-{seed}"
    folder.mkdir()
    measure.run(
        [bench.python, "-B", HERE / "peers" / "random_bert.py", bench.data / vocabulary, folder / "start", "--seed", seed],
        folder)
    versions, theirs = peer(bench, folder, data, seed)
    trained = {side: ours(bench, folder, data, seed, side) for side in SIDES[:2]} | {
        "Trainer": theirs, "control": ours(bench, folder, data, seed, "fp32", CONTROL_RATE)}
    for side, training in trained.items():
        if len(training.accuracy) != EPOCHS:
            raise measure.Failed(f"{side}, seed {seed}: {len(training.accuracy)} dev scores; {EPOCHS} epochs were asked for")
    shutil.rmtree(folder)
    last = ", ".join(f"{side} {training.accuracy[-1]:.2f} %" for side, training in trained.items())
    print(f"seed {seed}: {last}", file=sys.stderr, flush=True)
    return trained, versions


def compared(one, other):
    """The difference of two samples' means, and its standard error."""
    error = sqrt(statistics.variance(one) / len(one) + statistics.variance(other) / len(other))
    if error == 0:
        raise measure.Failed("all seeds came to the same accuracy: nothing was learned that could be compared")
    return statistics.mean(one) - statistics.mean(other), error


def tell(bench, trained, choose, when):
    """Notes mean and deviation of each side, and how they differ.

    Returns: the difference to the peer and its standard error, and the difference of bf16 to fp32, in points.
    """
    found = {side: [choose(seed[side].accuracy) for seed in trained] for side in SIDES}
    sides = ", ".join(f"{side} {statistics.mean(found[side]):.2f} ± {statistics.stdev(found[side]):.2f}" for side in SIDES)
    difference, error = compared(found["fp32"], found["Trainer"])
    pairs = [bf16 - fp32 for bf16, fp32 in zip(found["bf16"], found["fp32"])]
    narrow = statistics.mean(pairs)
    bench.notes.append(
        f"seeds, {when}: {sides} %; fp32 - Trainer {difference:+.2f} points (standard error {error:.2f}), "
        f"bf16 - fp32 {narrow:+.2f} points ({min(pairs):+.2f} to {max(pairs):+.2f})")
    return difference, error, narrow


def control(bench, trained):
    """Notes whether the measurement sees a training that goes another way."""
    low, theirs = ([seed[side].accuracy[-1] for seed in trained] for side in ("control", "Trainer"))
    difference, error = compared(low, theirs)
    seen = "" if abs(difference) > 2 * error else "  (NOT SEEN)"
    bench.notes.append(
        f"seeds, control: ours at rate {CONTROL_RATE} {statistics.mean(low):.2f} ± {statistics.stdev(low):.2f} %, "
        f"{abs(difference) / error:.1f} standard errors from the Trainer at {RATE}{seen}")


def seeds(bench, reviews, vocabulary):
    """A small BERT from its own random weights for each seed; peer: the Trainer, in fp32, with its own order and dropout."""
    data, rows = shards(bench, reviews, vocabulary)
    numbers = range(1, max(FEWEST, bench.runs) + 1)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda seed: one_seed(bench, data, vocabulary, seed), numbers))
    trained = [sides for sides, _ in results]
    bench.notes.append(
        f"seeds: {rows['train']:,} rows to train on, {rows['dev']:,} of dev, {EPOCHS} epochs, rate {RATE}, one thread; "
        f"{results[0][1]}, fp32; accuracy in percent, mean ± standard deviation of {len(numbers)} seeds")
    for number, sides in zip(numbers, trained):
        said = ", ".join(f"{side} " + " ".join(f"{share:.2f}" for share in sides[side].accuracy) for side in SIDES)
        bench.notes.append(f"seed {number}, after each epoch: {said}")
    for epoch in range(EPOCHS - 1):
        tell(bench, trained, lambda accuracy, epoch=epoch: accuracy[epoch], f"epoch {epoch + 1}")
    tell(bench, trained, max, "best epoch")
    difference, error, narrow = tell(bench, trained, lambda accuracy: accuracy[-1], "last epoch")
    control(bench, trained)
    bench.figures["seeds"] = abs(difference) / error
    bench.figures["seeds-bf16"] = abs(narrow)
    costs = {side: [sides[side].cost for sides in trained] for side in SIDES}
    bench.rows["seeds"] = (costs["fp32"], costs["Trainer"])
    bench.rows["seeds-bf16"] = (costs["bf16"], costs["fp32"])
