"""Reads tracked and exported trainings with the programs that they are written for.

    python tracking.py COMMAND FOLDER

Trains a small model on the demo's comments, tracked, once undisturbed and once killed in the middle; exports both; and reads
all of it with TensorBoard's EventAccumulator, MLflow's client and, where it is there, trackio. Checks, with the figure found:
  1. TensorBoard finds each step of the training once, in order, and the parameters as a text;
  2. MLflow finds the same run, finished, with the same numbers, parameters and tags;
  3. of the training that was killed and run again each step is there once, with the numbers of the undisturbed one;
  4. what `runs export` writes has the scores that `runs show` tells, and the ids of the tracked runs;
  5. trackio imports the event files with each number;
  6. negative control: with one other byte in the event file TensorBoard must not find the same numbers.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import mlflow
from mlflow.tracking import MlflowClient
from tensorboard import version as tensorboard_version
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

HERE = pathlib.Path(__file__).resolve().parent


def check(name, passed, figure):
    print(f"tracking: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def prepare(command, folder):
    folder.mkdir(parents=True)
    subprocess.run([command, "demo-data", "data"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (folder / "init").mkdir()
    shutil.copy(HERE / "config.json", folder / "init")
    text = (HERE / "pipeline.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "epochs: 1, learning_rate: 1e-3,",
        "epochs: 2, learning_rate: 1e-3, batch_size: 8, evaluate_every: 20, checkpoint_every: 10, "
        "track: [tensorboard, mlflow],")
    (folder / "pipeline.yaml").write_text(text, encoding="utf-8")


def train(command, folder):
    subprocess.run([command, "run", "pipeline.yaml", "--quiet"], cwd=folder, check=True)


def train_killed(command, folder):
    """Kills the training once its loss has been written for some steps, and runs it again."""
    process = subprocess.Popen(
        [command, "run", "pipeline.yaml", "--quiet"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lines = 0
    while process.poll() is None and lines < 45:
        time.sleep(0.02)
        for path in (folder / "track").glob("mlruns/*/*/metrics/train/loss"):
            lines = path.read_bytes().count(b"\n")
    process.send_signal(signal.SIGKILL)
    process.wait()
    train(command, folder)
    return lines


def events(root):
    """Scalars by run and name, as TensorBoard reads them, and the texts."""
    runs = {}
    for path in sorted(root.rglob("*tfevents*")):
        reader = EventAccumulator(str(path.parent), size_guidance={"scalars": 0, "tensors": 0})
        reader.Reload()
        runs[path.parent.name] = (
            {name: [(point.step, point.value) for point in reader.Scalars(name)] for name in reader.Tags()["scalars"]},
            {name: reader.Tensors(name)[0].tensor_proto.string_val[0].decode() for name in reader.Tags()["tensors"]})
    return runs


def mlflow_runs(root):
    client = MlflowClient(tracking_uri=root.as_uri())
    experiment = client.get_experiment_by_name("interop")
    runs = {}
    for run in client.search_runs([experiment.experiment_id]):
        history = {name: [(point.step, point.value) for point in client.get_metric_history(run.info.run_id, name)]
                   for name in run.data.metrics}
        runs[run.info.run_name] = (run, history)
    return runs


def unlike(one, other, ignoring=("tokens_per_second",), within=1e-6):
    """How many numbers of some curves are not those of others; TensorBoard keeps 32 bits."""
    count = 0
    for name in set(one) | set(other):
        if name.split("/")[-1] in ignoring:
            continue
        a, b = one.get(name, []), other.get(name, [])
        count += len(a) != len(b)
        count += sum(p[0] != q[0] or abs(p[1] - q[1]) > within * max(1, abs(q[1])) for p, q in zip(a, b))
    return count


def main():
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    whole = folder / "whole"
    prepare(command, whole)
    train(command, whole)
    boards = events(whole / "track/tensorboard")
    (name, (curves, texts)), = boards.items()
    steps = [step for step, _ in curves["train/loss"]]
    check("TensorBoard: steps once each", steps == list(range(1, len(steps) + 1)) and len(steps) > 60, len(steps))
    check("TensorBoard: dev scores", len(curves["dev/macro_f1"]) >= len(steps) // 20, len(curves["dev/macro_f1"]))
    check("TensorBoard: parameters", "| learning_rate | 0.001 |" in texts["parameters"], texts["parameters"].count("\n") - 1)

    runs = mlflow_runs(whole / "track/mlruns")
    run, history = runs[name]
    check("MLflow: the run", run.info.status == "FINISHED" and run.info.end_time >= run.info.start_time, run.info.run_id)
    check("MLflow: numbers unlike TensorBoard's", unlike(curves, history, ()) == 0, f"0 of {sum(map(len, history.values()))}")
    check("MLflow: parameters and tags", run.data.params["learning_rate"] == "0.001" and "splitvote.run" in run.data.tags,
          len(run.data.params))

    killed = folder / "killed"
    prepare(command, killed)
    lines = train_killed(command, killed)
    again, = events(killed / "track/tensorboard").values()
    other = mlflow_runs(killed / "track/mlruns")[name][1]
    check("killed: steps that had been written", 45 <= lines < len(steps), lines)
    check("killed: numbers unlike those of the undisturbed run, TensorBoard", unlike(again[0], curves) == 0, 0)
    check("killed: the same, MLflow", unlike(other, history, within=0) == 0, 0)

    for tracker in ("tensorboard", "mlflow"):
        subprocess.run([command, "runs", "pipeline.yaml", "export", tracker, "--out", f"exported-{tracker}"],
                       cwd=whole, check=True, stdout=subprocess.DEVNULL)
    shown = json.loads(subprocess.run(
        [command, "runs", "pipeline.yaml", "show", "last", "--json"], cwd=whole, check=True, capture_output=True).stdout)
    figures = {stage["stage"]: stage["figures"] for stage in shown["stages"]}
    best = figures["model"]["best_metric"]
    exported = mlflow_runs(whole / "exported-mlflow")
    check("export: MLflow's run is the tracked one", exported[name][0].info.run_id == run.info.run_id, name)
    check("export: its score", exported[name][0].data.metrics["best_metric"] == best, best)
    scores, = [run for other, (run, _) in exported.items() if other.startswith("scores-")]
    check("export: scores of the test side", scores.data.metrics["accuracy"] == figures["scores"]["accuracy"],
          scores.data.metrics["accuracy"])
    found = events(whole / "exported-tensorboard")[name][0]
    check("export: TensorBoard's curves", found["best_metric"][-1][1] - best < 1e-6 and "train/loss" in found, len(found))

    try:
        os.environ["TRACKIO_DIR"] = str(folder / "trackio")
        import tbparse  # noqa: F401, which trackio reads event files with
        import trackio
    except ImportError as error:
        print(f"tracking: trackio: skipped, this Python has no {error.name}")
    else:
        trackio.import_tf_events(str(whole / "track/tensorboard"), project="interop")
        imported, = trackio.Api().runs("interop")
        numbers = [point["value"] for point in imported.metric("train/loss")] if hasattr(imported, "metric") else None
        if numbers is None:
            from trackio.sqlite_storage import SQLiteStorage
            numbers = [row["train/loss"] for row in SQLiteStorage.get_logs("interop", imported.name) if "train/loss" in row]
        expected = [value for _, value in curves["train/loss"]]
        check("trackio: losses", len(numbers) == len(expected) and all(abs(a - b) < 1e-6 for a, b in zip(numbers, expected)),
              f"{len(numbers)}, trackio {trackio.__version__}")

    path, = (whole / "track/tensorboard").rglob("*tfevents*")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    damaged, = events(whole / "track/tensorboard").values()
    check("negative control, one other byte", unlike(damaged[0], curves, ()) > 0, unlike(damaged[0], curves, ()))
    print(f"tracking: tensorboard {tensorboard_version.VERSION}, mlflow {mlflow.__version__}")


main()
