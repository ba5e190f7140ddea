"""kill -9 while a student learns from its teachers, again and again, until it is done."""

import json
import os
import shutil
import subprocess
import tempfile
import time

import pretraining

HERE = os.path.dirname(os.path.abspath(__file__))
STUDENT = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
           "max_position_embeddings": 64}
STAGES = """\
  tfidf: {uses: train, from: shards, with: {model: tfidf}}
  student:
    uses: train
    from: {data: shards, teacher: [model, tfidf], texts: clean, split: split}
    with: {init: student, max_steps: 60, batch_size: 16, learning_rate: 1e-3, seed: 1, evaluate_every: 20, checkpoint_every: 3,
      precision: fp32, path: out/model, distillation: {hidden: 0.5, attention: 0.1}}
"""


def kills_of_distillation(command, data, wanted, generator):
    """Kills `wanted` runs at random moments, while the teachers are asked or the student learns.

    Returns how many were caught alive, how many students they took, and what differs from an undisturbed one."""
    killed, students, problems = 0, 0, []
    with tempfile.TemporaryDirectory(prefix="chaos-distillation-") as folder:
        ready = f"{folder}/ready"
        make(command, data, ready)
        shutil.copytree(ready, f"{folder}/straight")
        started = time.monotonic()
        assert pretraining.run(command, f"{folder}/straight", "student").wait() == 0, f"the training in {folder} failed"
        seconds = time.monotonic() - started
        expected = pretraining.contents(f"{folder}/straight/out/model")
        pretraining.flip(f"{folder}/straight/out/model/model.safetensors")
        if pretraining.contents(f"{folder}/straight/out/model") == expected:
            problems.append("an altered model was not noticed")
        while killed < wanted and not problems:
            place = f"{folder}/killed"
            shutil.copytree(ready, place)
            students += 1
            killed += pretraining.kill_until_done(command, place, wanted - killed, seconds, generator, "student")
            found = pretraining.contents(f"{place}/out/model")
            problems += [f"{name} differs" for name in sorted(set(expected) | set(found))
                         if expected.get(name) != found.get(name)]
            shutil.rmtree(place)
    return killed, students, problems


def make(command, data, folder):
    """A pipeline with all stages up to the teachers done."""
    os.makedirs(f"{folder}/student")
    shutil.copytree(data, f"{folder}/data")
    shutil.copytree(f"{HERE}", f"{folder}/init", ignore=lambda _, names: [name for name in names if name != "config.json"])
    with open(f"{folder}/student/config.json", "w") as file:
        json.dump({"model_type": "bert", **STUDENT}, file)
    with open(f"{HERE}/pipeline.yaml") as file:
        head, _ = file.read().split("  scores: ", 1)
    with open(f"{folder}/pipeline.yaml", "w") as file:
        file.write(head.replace(", path: out/model}", "}") + STAGES)
    for stage in ("model", "tfidf"):
        subprocess.run([command, "run", "pipeline.yaml", "--until", stage, "--quiet", "--date", "2025-01-01"], cwd=folder,
                       check=True)
