"""kill -9 of `forget` once the store knows of it: whatever is started next carries it to its end."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time

from sandbox import ENVIRONMENT, KILLED, Sandbox, differences

FORGOTTEN = 40
# By turns.
NEXT = (("forget", "p.yaml", "list.txt"), ("run", "p.yaml", "--date", "2026-01-10", "--exclude", "model+", "--quiet"),
        ("gc", "p.yaml", "--yes"))


def kills_of_forget(command, data, count, generator):
    """Kills `count` runs of `forget`. Gives how many of them left texts behind, and what went wrong."""
    sandbox = Sandbox(command, data)
    sandbox.run("--exclude", "model+")
    chosen = exported_comments(sandbox, generator)
    with open(sandbox.path("list.txt"), "w") as file:
        file.writelines(key + "\n" for key, _ in chosen)
    texts = [text.encode() for _, text in chosen]
    whole = sandbox.folder + "-whole"
    shutil.copytree(sandbox.folder, whole)
    names = holders(sandbox, texts)
    problems = [f"control: {place} does not hold the texts before they are forgotten"
                for place in ("state.", "artifacts") if not any(name.startswith(place) for name in names)]
    rest, expected = undisturbed(sandbox, texts, problems)
    kills = left = 0
    for turn in range(count * 4):
        if kills == count or problems:
            break
        put_back(sandbox, whole)
        if not kill_forget(sandbox, generator.uniform(0, rest)):
            rest *= 0.7  # Too late: it had ended.
            continue
        rest *= 1.1
        kills += 1
        left += bool(holders(sandbox, texts))
        following = NEXT[kills % len(NEXT)]
        problems += [f"after a killed forget, {following[0]}: {problem}"
                     for problem in ending_problems(sandbox, following, texts, expected)]
    if kills < count and not problems:
        problems.append(f"only {kills} of {count} were caught alive")
    if count >= 12 and not left and not problems:
        problems.append("no kill left any text behind, so none came in the middle")
    shutil.rmtree(whole, ignore_errors=True)
    if problems:
        problems.append(f"everything is kept in {sandbox.folder}")
    else:
        sandbox.remove()
    return left, problems


def exported_comments(sandbox, generator):
    """IDs and texts of comments whose texts an export and the store have unchanged, and no other comment has."""
    with open(sandbox.path("out/train.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t")[:2] for line in file][1:]
    store = sqlite3.connect(sandbox.path("state.sqlite"))
    texts = [text for (text,) in store.execute("SELECT text FROM comment")]
    store.close()
    own = [(key, text) for key, text in rows
           if len(text) > 12 and sum(text in other for other in texts) == 1 and text in texts]
    return generator.sample(own, FORGOTTEN)


def undisturbed(sandbox, texts, problems):
    """Seconds that a forget that nobody disturbs takes once it has begun, and what a run after it leaves."""
    process = start(sandbox, *NEXT[0])
    begun = wait_for_note(sandbox, process)
    process.wait()
    rest = time.monotonic() - begun if begun else 0
    problems += ending_problems(sandbox, NEXT[1], texts, None)
    return rest, lasting(sandbox)


def kill_forget(sandbox, delay):
    """Starts a forget and kills it after its first commit; false where it ended before."""
    process = start(sandbox, *NEXT[0])
    if wait_for_note(sandbox, process):
        time.sleep(delay)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    return process.wait() == KILLED


def start(sandbox, *words):
    return subprocess.Popen([sandbox.command, *words], cwd=sandbox.folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def wait_for_note(sandbox, process):
    """When the store says that comments are being forgotten; None where the command ends before."""
    store = sqlite3.connect(f"file:{sandbox.path('state.sqlite')}?mode=ro", uri=True, timeout=10)
    try:
        while process.poll() is None:
            if store.execute("SELECT 1 FROM setting WHERE name = 'forgetting'").fetchone():
                return time.monotonic()
        return None
    finally:
        store.close()


def ending_problems(sandbox, words, texts, expected):
    """What is wrong after a command that has to carry the forget to its end, and after a run."""
    problems = []
    for command in (words, NEXT[1]):
        process = start(sandbox, *command)
        _, said = process.communicate(timeout=120)
        if process.returncode != 0:
            return problems + [f"{command[0]} ended with {process.returncode}: {said}"]
        problems += [f"{name} holds a forgotten text after {command[0]}" for name in holders(sandbox, texts)]
        store = sqlite3.connect(sandbox.path("state.sqlite"))
        if store.execute("SELECT 1 FROM setting WHERE name = 'forgetting'").fetchone():
            problems.append(f"{command[0]} did not carry it to its end")
        if store.execute("SELECT count(*) FROM tombstone").fetchone() != (FORGOTTEN,):
            problems.append("not all of the list is forgotten")
        store.close()
    problems += sandbox.store_problems()
    problems += [f"{name} holds a forgotten text" for name in sandbox.files("out") if holds(sandbox, name, texts)]
    if expected is not None:
        problems += [f"{name} differs" for name in differences(expected, lasting(sandbox))]
    return problems


def lasting(sandbox):
    """Digests of what does not tell how often something was started."""
    return {name: digest for name, digest in sandbox.results().items() if name.startswith("out/") or name in (
        "store: comments", "store: votes", "store: labels", "store: sample", "store: split")}


def holders(sandbox, texts):
    """Files of the store and the artifacts in which any of the texts stands."""
    names = [name for name in ("state.sqlite", "state.sqlite-wal") if os.path.exists(sandbox.path(name))]
    for folder, _, files in os.walk(sandbox.path("artifacts")):
        names += [os.path.relpath(os.path.join(folder, name), sandbox.folder) for name in files]
    return [name for name in names if holds(sandbox, name, texts)]


def holds(sandbox, name, texts):
    with open(sandbox.path(name), "rb") as file:
        data = file.read()
    return any(text in data for text in texts)


def put_back(sandbox, whole):
    """Makes the folder what it was, under the same name."""
    shutil.rmtree(sandbox.folder)
    shutil.copytree(whole, sandbox.folder)
