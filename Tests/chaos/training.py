"""kill -9 at random steps of `splitvote train --shards`, again and again, until it is done."""

import os
import shutil
import signal
import subprocess
import tempfile
import time

STEPS = 150
HERE = os.path.dirname(os.path.abspath(__file__))


def kills_of_training(command, data, wanted, generator):
    """Kills `wanted` runs, each at a random step; several runs share a training until it is done.

    Returns how many were caught alive, how many trainings they took, and what differs from an undisturbed one."""
    with tempfile.TemporaryDirectory(prefix="chaos-training-") as folder:
        make_shards(command, data, folder)
        return kills_in(command, folder, wanted, generator)


def kills_in(command, folder, wanted, generator, steps=STEPS, metric="macro_f1"):
    """The same for the shards and the start folder that lie in `folder`."""
    assert train(command, folder, "straight", steps, metric).wait() == 0, f"the training in {folder} failed"
    expected = contents(f"{folder}/straight")
    problems = altered_models_are_noticed(folder, expected)
    killed = trainings = 0
    while killed < wanted and not problems:
        trainings += 1
        killed += kill_until_done(command, folder, wanted - killed, generator, steps, metric)
        found = contents(f"{folder}/killed")
        problems += [f"{name} differs" for name in sorted(set(expected) | set(found))
                     if expected.get(name) != found.get(name)]
        problems += metrics_problems(f"{folder}/killed.jsonl", steps)
        left = [name for name in os.listdir(folder) if name.startswith("killed.") and not name.endswith(".jsonl")]
        problems += [f"{name} was left behind" for name in left]
        shutil.rmtree(f"{folder}/killed")
    return killed, trainings, problems


def make_shards(command, data, folder):
    os.makedirs(f"{folder}/init")
    shutil.copy(f"{HERE}/config.json", f"{folder}/init/config.json")
    shutil.copy(f"{HERE}/pipeline.yaml", f"{folder}/pipeline.yaml")
    shutil.copytree(data, f"{folder}/data")
    subprocess.run([command, "run", f"{folder}/pipeline.yaml", "--until", "shards", "--quiet"], check=True)
    [manifest] = [place for place, _, names in os.walk(f"{folder}/artifacts") if "manifest.json" in names
                  and any(name.endswith(".safetensors") for name in names)]
    shutil.copytree(manifest, f"{folder}/shards")


def train(command, folder, name, steps, metric):
    arguments = ["--shards", f"{folder}/shards", "--init", f"{folder}/init", "--out", f"{folder}/{name}",
                 "--max-steps", str(steps), "--batch-size", "16", "--learning-rate", "1e-3", "--seed", "1",
                 "--evaluate-every", "20", "--checkpoint-every", "3", "--keep-checkpoints", "2", "--precision", "fp32",
                 "--metric", metric, "--metrics", f"{folder}/{name}.jsonl"]
    return subprocess.Popen([command, "train", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_until_done(command, folder, wanted, generator, steps, metric):
    """Kills at ever later steps, the last run is let be; returns how many were caught."""
    killed, step = 0, 0
    metrics = f"{folder}/killed.jsonl"
    while True:
        run = train(command, folder, "killed", steps, metric)
        # A step or two after the last checkpoint, or in the middle of the next ones.
        step = min(steps, step + generator.randint(0, 12))
        if killed < wanted:
            while run.poll() is None and steps_in(metrics) < step:
                time.sleep(0.001)
            time.sleep(generator.random() * 0.004)
            run.send_signal(signal.SIGKILL)
        if run.wait() == 0:
            return killed
        assert run.returncode == -signal.SIGKILL, f"a run ended with {run.returncode}"
        killed += 1


def steps_in(path):
    try:
        with open(path, "rb") as file:
            return file.read().count(b"\n")
    except FileNotFoundError:
        return 0


def contents(folder):
    found = {}
    for name in os.listdir(folder):
        with open(f"{folder}/{name}", "rb") as file:
            found[name] = file.read()
    return found


def metrics_problems(path, steps):
    with open(path, "rb") as file:
        count = file.read().count(b"\n")
    return [] if count == steps else [f"{count} lines of metrics for {steps} steps"]


def altered_models_are_noticed(folder, expected):
    """The negative control: one changed bit is seen."""
    path = f"{folder}/straight/model.safetensors"
    with open(path, "r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    return [] if contents(f"{folder}/straight") != expected else ["an altered model was not noticed"]
