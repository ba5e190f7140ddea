"""kill -9 in the middle of pretraining, again and again, until it is done."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
         "max_position_embeddings": 64, "embedding_size": 16}
# What is learned, by the family that learns it.
WAYS = {"bert": "text_pair: title, pairs: next, masking: {by: word}", "electra": "objective: rtd, accumulate: 2"}
STAGE = """\
  pretrained:
    uses: pretrain
    from: {{texts: clean, split: split, tokenizer: vocabulary}}
    with: {{init: init, max_tokens: 32, max_steps: 150, batch_size: 16, learning_rate: 1e-3, seed: 1, held_out: 0.05,
      evaluate_every: 20, checkpoint_every: 3, precision: fp32, path: out/model, {way}}}
"""


def kills_of_pretraining(command, data, wanted, generator):
    """Kills `wanted` runs at random moments, half of them for each way; several runs share a pretraining until it is done.

    Returns how many were caught alive, how many pretrainings they took, and what differs from an undisturbed one."""
    killed, trainings, problems = 0, 0, []
    for family, way in WAYS.items():
        with tempfile.TemporaryDirectory(prefix="chaos-pretraining-") as folder:
            ready = f"{folder}/ready"
            make(command, data, ready, family, way)
            shutil.copytree(ready, f"{folder}/straight")
            started = time.monotonic()
            assert run(command, f"{folder}/straight").wait() == 0, f"the pretraining in {folder} failed"
            seconds = time.monotonic() - started
            expected = contents(f"{folder}/straight/out/model")
            flip(f"{folder}/straight/out/model/model.safetensors")
            if contents(f"{folder}/straight/out/model") == expected:
                problems.append("an altered model was not noticed")
            caught = 0
            while caught < (wanted + 1) // 2 and not problems:
                place = f"{folder}/killed"
                shutil.copytree(ready, place)
                trainings += 1
                caught += kill_until_done(command, place, (wanted + 1) // 2 - caught, seconds, generator)
                found = contents(f"{place}/out/model")
                problems += [f"{family}: {name} differs" for name in sorted(set(expected) | set(found))
                             if expected.get(name) != found.get(name)]
                shutil.rmtree(place)
            killed += caught
    return killed, trainings, problems


def make(command, data, folder, family, way):
    """A pipeline with all stages up to the pretraining done."""
    os.makedirs(f"{folder}/init")
    shutil.copytree(data, f"{folder}/data")
    with open(f"{folder}/init/config.json", "w") as file:
        json.dump({"model_type": family, **SIZES}, file)
    with open(f"{HERE}/pipeline.yaml") as file:
        head, _ = file.read().split("  shards: ", 1)
    with open(f"{folder}/pipeline.yaml", "w") as file:
        file.write(head + STAGE.format(way=way))
    subprocess.run([command, "run", "pipeline.yaml", "--until", "vocabulary", "--quiet", "--date", "2025-01-01"], cwd=folder,
                   check=True)


def run(command, folder, stage="pretrained"):
    return subprocess.Popen([command, "run", "pipeline.yaml", "--quiet", "--date", "2025-01-01", "--until", stage],
                            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_until_done(command, folder, wanted, seconds, generator, stage="pretrained"):
    """Kills after ever other times, the last run is let be; returns how many were caught."""
    killed = 0
    while True:
        process = run(command, folder, stage)
        if killed < wanted:
            try:
                process.wait(generator.uniform(0.02, 0.7 * seconds))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            return killed
        assert process.returncode == -signal.SIGKILL, f"a run ended with {process.returncode}"
        killed += 1


def contents(folder):
    """The bytes of each file."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


def flip(path):
    """Changes the last bit of a file."""
    with open(path, "r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
