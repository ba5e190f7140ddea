#!/usr/bin/env python3
"""Trains in several processes by MPI and in one, and compares every byte of the models.

    python mpi.py COMMAND FOLDER MPIEXEC...

With each launcher that is named: 1, 2, 3 and 4 processes give the model that one process gives with the same blocks, also in
bfloat16; the last step of an epoch has fewer blocks than there are processes. A process that is
killed ends all of them, and the next run, with another number of processes, ends with the same bytes. A pipeline's train
stage gives them too, and is not run again for another number of processes. Wrong starts end at once, with a message that
says what to do. Negative controls: other blocks, and gradients of all rows at once, give other bytes.
"""
import hashlib
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

command, folder, launchers = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
CONFIG = {
    "architectures": ["BertForSequenceClassification"], "model_type": "bert", "hidden_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 128, "hidden_act": "gelu", "initializer_range": 0.02,
    "layer_norm_eps": 1e-12, "max_position_embeddings": 64, "type_vocab_size": 2, "pad_token_id": 0,
    "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1}
DATA = """
splitvote: 1
pipeline: mpi
store: {state: state.sqlite, artifacts: artifacts}
stages:
  comments:
    uses: ingest.files
    with:
      paths: "data/synthetic-*.tsv"
      source: synthetic
      columns: {text: contents, up: sympathyCount, down: antipathyCount, article: [oid, aid], observed_at: rankDate}
  clean: {uses: clean, from: comments, with: {rules: kcbert-2020, min_chars: 1}}
  labels: {uses: label, from: clean}
  sample: {uses: sample, from: labels, with: {per_label: balanced, seed: 1}}
  split: {uses: split, from: sample, with: {shares: {train: 0.6, dev: 0.2, test: 0.2}, group_by: article, salt: v1}}
  vocabulary: {uses: vocabulary, from: clean, with: {size: 2000}}
  shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 48}}
"""
STAGE = """
  model:
    uses: train
    from: shards
    with:
      init: start
      epochs: 1
      learning_rate: 1e-3
      precision: fp32
      path: model
      engine: {mpi: {processes: %d, launcher: %s, options: "%s"}}
"""
SETTINGS = ["--shards", "shards", "--init", "start", "--epochs", 1, "--learning-rate", "1e-3", "--threads", 1]


def call(words, status=0, **environment):
    """What it prints on standard error."""
    done = subprocess.run(
        [*map(str, words)], cwd=folder, capture_output=True, text=True, timeout=300,
        env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **environment})
    assert (done.returncode != 0) == (status != 0), f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stderr


def prepare():
    folder.mkdir(parents=True)
    call([command, "demo-data", "data"])
    (folder / "start").mkdir()
    (folder / "start/config.json").write_text(json.dumps(CONFIG))
    (folder / "data.yaml").write_text(DATA)
    call([command, "run", "data.yaml", "--quiet"])
    made = next((folder / "artifacts/shards").rglob("manifest.json"))
    (folder / "shards").symlink_to(made.parent)


def digest(name):
    """Of every file of a model."""
    files = sorted(path for path in (folder / name).iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def words(out, *more):
    return [command, "train", *SETTINGS, "--out", out, "--quiet", *more]


def started(launcher, processes, *more):
    """`-n` of Open MPI counts cores, unless it is told otherwise."""
    return [launcher, "-n", processes, *options(launcher), *more]


def options(launcher):
    return ["--oversubscribe"] if "Open MPI" in version(launcher) else []


def version(launcher):
    return subprocess.run([launcher, "--version"], capture_output=True, text=True).stdout


def compare(launcher, name):
    for precision, numbers in (("fp32", (1, 2, 3, 4)), ("bf16", (2, 3))):
        alone = f"alone-{precision}"
        for processes in numbers:
            out = f"{name}-{precision}-{processes}"
            call(started(launcher, processes, *words(out, "--precision", precision)))
            assert digest(out) == digest(alone), f"{name}, {precision}: {processes} processes give another model"
        sha = digest(alone)["model.safetensors"]
        counts = ", ".join(map(str, numbers))
        print(f"mpi: {name}, {precision}: {counts} processes: model.safetensors has SHA-256 {sha[:16]} each time")


def children(process):
    """Numbers of the processes that a launcher started, however far below it, by the one who started each."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()]
    below, programs = {process}, []
    for _ in range(4):
        below |= {int(row[0]) for row in rows if int(row[1]) in below}
    for number, _, text in rows:
        if int(number) in below and text.startswith(command):
            programs.append(int(number))
    return programs


def kill(launcher, name):
    seed = int(os.environ.get("SEED", time.time()))
    chance, out, kills = random.Random(seed), f"{name}-killed", 0
    more = ["--precision", "fp32", "--checkpoint-every", 2, "--metrics", f"{out}.jsonl"]
    metrics = folder / f"{out}.jsonl"
    for processes in (3, 2):
        target = (metrics.read_bytes().count(b"\n") if metrics.exists() else 0) + chance.randint(2, 6)
        run = subprocess.Popen(
            [*map(str, started(launcher, processes, *words(out, *more)))], cwd=folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
        programs = []
        while run.poll() is None and (not metrics.exists() or metrics.read_bytes().count(b"\n") < target):
            programs = children(run.pid) or programs
            time.sleep(0.02)
        assert run.poll() is None, f"{name}: it ended before it could be killed, seed {seed}"
        programs = children(run.pid) or programs
        assert len(programs) == processes, f"{name}: {programs}"
        os.kill(chance.choice(programs), signal.SIGKILL)
        assert run.wait(timeout=60) != 0, f"{name}: the launcher says that all is well"
        deadline = time.time() + 20
        while any(pathlib.Path(f"/proc/{number}").exists() for number in programs):
            assert time.time() < deadline, f"{name}: a process outlived the one that was killed"
            time.sleep(0.1)
        assert not (folder / out).exists()
        kills += 1
    call(started(launcher, 4, *words(out, *more)))
    assert digest(out) == digest("alone-fp32"), f"{name}: after {kills} kills the model differs, seed {seed}"
    print(f"mpi: {name}: killed {kills} times in one of its processes: all ended, and the model is the same")


def refuse(launcher, name):
    def refused(what, *line, **environment):
        said = call(line, status=1, **environment)
        assert re.search(what, said), f"{name}: expected '{what}' in:\n{said}"

    refused(
        "9 processes have nothing to share in a step of 32 rows, which has 4 blocks of 8 rows",
        *started(launcher, 9, *words("refused")))
    refused(
        "SPLITVOTE_MPI is '/nowhere.so'", *started(launcher, 2, *words("refused")), SPLITVOTE_MPI="/nowhere.so")
    refused("--find-lr is for one process", *started(launcher, 2, *words("refused", "--find-lr")))
    refused("there is no folder|no such|No such", *started(launcher, 2, *words("refused", "--shards", "nowhere")))
    # Processes that were told different things.
    script = folder / "differ.sh"
    script.write_text(
        'rank=${PMI_RANK:-${OMPI_COMM_WORLD_RANK:-0}}\nexec "$@" --seed $rank\n')
    refused(
        "process 1 trains something else than process 0: ",
        *started(launcher, 2, "sh", script, *words("refused")))
    # What only one of them lacks ends the other, which waits for it.
    for lacks in ("export SPLITVOTE_MPI=/nowhere.so", 'set -- "$@" --shards /nowhere', 'set -- "$@" --init /nowhere'):
        script.write_text(
            f'if [ "${{PMI_RANK:-${{OMPI_COMM_WORLD_RANK:-0}}}}" = 1 ]; then {lacks}; fi\nexec "$@"\n')
        refused("/nowhere", *started(launcher, 2, "sh", script, *words("refused")))
    assert not (folder / "refused").exists()
    print(f"mpi: {name}: wrong starts are refused, each with what to do")


def stage(launcher, name):
    file = folder / f"{name}.yaml"
    text = DATA.replace("state.sqlite", f"{name}.sqlite").replace("artifacts}", f"{name}-artifacts}}")
    for processes in (3, 2):
        model = STAGE % (processes, launcher, " ".join(options(launcher)))
        file.write_text(text + model.replace("path: model", f"path: {name}-model"))
        said = call([command, "run", file])
        if processes == 3:
            assert "3 processes share the blocks of 8 rows of each step" in said, said
        else:
            assert "processes share" not in said, f"{name}: trained again for another number of processes\n{said}"
    same = digest(f"{name}-model")["model.safetensors"] == digest("alone-fp32")["model.safetensors"]
    assert same, f"{name}: the stage has another model"
    print(f"mpi: {name}: the train stage has the same model, and keeps it with another number of processes")


HOST = """#!/bin/sh
# What ssh does, for hosts that are network namespaces: fakessh [OPTION...] HOST COMMAND...
while [ "${1#-}" != "$1" ]; do shift; done
host=$1; shift
exec ip netns exec "$host" unshare -u sh -c 'hostname "$0"; exec sh -c "$1"' "$host" "$*"
"""


def two_hosts(launcher, name):
    """Two network namespaces, each with its own name and address, joined by a cable."""
    if name != "mpich" or os.geteuid() != 0 or subprocess.run(["ip", "netns", "list"], capture_output=True).returncode:
        print(f"mpi: {name}: two hosts skipped, which takes MPICH, root and ip netns")
        return
    hosts = {"splitvote-a": "10.77.0.1", "splitvote-b": "10.77.0.2"}
    names = "".join(f"{address} {host}\n" for host, address in hosts.items())

    def ip(*line):
        subprocess.run(["ip", *line], check=True)

    try:
        for host in hosts:
            ip("netns", "add", host)
            pathlib.Path(f"/etc/netns/{host}").mkdir(parents=True)
            pathlib.Path(f"/etc/netns/{host}/hosts").write_text("127.0.0.1 localhost\n" + names)
        ip("link", "add", "svA", "netns", "splitvote-a", "type", "veth", "peer", "name", "svB", "netns", "splitvote-b")
        for (host, address), cable in zip(hosts.items(), ("svA", "svB")):
            ip("-n", host, "addr", "add", f"{address}/24", "dev", cable)
            ip("-n", host, "link", "set", cable, "up")
            ip("-n", host, "link", "set", "lo", "up")
        shell = folder / "fakessh"
        shell.write_text(HOST)
        shell.chmod(0o755)
        said = call(
            [shell, "splitvote-a", launcher, "-launcher", "ssh", "-launcher-exec", shell, "-hosts", ",".join(hosts), "-n", 2,
             "sh", "-c", "'hostname >&2; exec \"$@\"'", "x", *words("hosts", "--precision", "fp32")])
        assert all(host in said for host in hosts), said
        assert digest("hosts") == digest("alone-fp32"), "two hosts come to another model"
        print(f"mpi: {name}: two hosts, as network namespaces: the model is the same")
    finally:
        for host in hosts:
            subprocess.run(["ip", "netns", "del", host], capture_output=True)
            pathlib.Path(f"/etc/netns/{host}/hosts").unlink(missing_ok=True)
            if pathlib.Path(f"/etc/netns/{host}").exists():
                pathlib.Path(f"/etc/netns/{host}").rmdir()


prepare()
for precision in ("fp32", "bf16"):
    call(words(f"alone-{precision}", "--precision", precision, "--block-rows", 8))
for control in (["--block-rows", 16], []):
    call(words("control", "--precision", "fp32", *control))
    assert digest("control")["model.safetensors"] != digest("alone-fp32")["model.safetensors"], "the control has the same bytes"
for launcher in launchers:
    name = "open-mpi" if "Open MPI" in version(launcher) else "mpich"
    compare(launcher, name)
    kill(launcher, name)
    refuse(launcher, name)
    stage(launcher, name)
    two_hosts(launcher, name)
