"""Runs that are stopped, asked to end, or started twice."""

import fcntl
import os
import random
import signal
import time

from kills import aim
from sandbox import KILLED, differences


def is_locked(path):
    """Whether another process holds the kernel's lock on a file."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False


def stopped_and_continued(sandbox, timeline, generator, pauses):
    """SIGSTOP and SIGCONT: nothing is lost, and readers and a second run get their answers meanwhile."""
    run = sandbox.start()
    gaps = [generator.uniform(0, timeline.seconds / pauses) for _ in range(pauses)]
    held = 0
    asked = False
    for gap in gaps:
        time.sleep(gap)
        if run.process.poll() is not None:
            break
        run.send(signal.SIGSTOP)
        held += 1
        # Stopped before it had the store, it keeps nobody from running.
        if not asked and is_locked(sandbox.path("state.sqlite.lock")):
            asked = True
            other = sandbox.start()
            status = other.end()
            if status != 4:
                run.send(signal.SIGCONT)
                run.end()
                return [f"a second run beside a stopped one ended with {status}, not 4: {other.words()}"]
        time.sleep(0.05)
        run.send(signal.SIGCONT)
    status = run.end()
    if status != 0:
        return [f"the run that was stopped {held} times ended with {status}: {run.words()}"]
    return [] if held else ["the run had ended before it could be stopped"]


def asked_to_end(sandbox, timeline, number, expected_status, parts, generator):
    """SIGTERM or SIGINT in given stages: the run stops at a safe point with the status that says so, then goes on."""
    problems = []
    stopped = 0
    for part, seconds in parts:
        run = sandbox.start()
        if not aim(run, part, generator.uniform(0, seconds), timeline):
            continue
        run.send(number)
        status = run.end()
        stopped += status == expected_status
        # Where the last stage was done before it looked, the run is simply done.
        if status not in (expected_status, 0, -number):
            problems.append(f"after {signal.Signals(number).name} {run.place()} the run ended with {status}")
        problems += sandbox.store_problems()
    if not stopped:
        problems.append(f"no run ended with {expected_status}")
    return problems


def two_at_once(sandbox, started_together=True):
    """Two runs on one store: one does the work, the other exits 4 and names it, or finds nothing to do."""
    runs = [sandbox.start(), sandbox.start()]
    statuses = [run.end() for run in runs]
    if sorted(statuses) == [0, 0]:
        executed = [event["stage"] for run in runs for _, event in run.events if event["event"] == "stage_finished"]
        return [f"stages ran twice: {executed}"] if len(set(executed)) != len(executed) else []
    if sorted(statuses) != [0, 4]:
        return [f"they ended with {statuses}: " + " / ".join(run.words() for run in runs)]
    loser, winner = runs[statuses.index(4)], runs[statuses.index(0)]
    if f"process {winner.process.pid}" not in loser.words():
        return [f"the one that exited 4 did not name process {winner.process.pid}: {loser.words()}"]
    return []


def two_with_waiting(sandbox):
    """The second waits for the first and then has nothing to do."""
    runs = [sandbox.start("--lock-wait", "60s"), sandbox.start("--lock-wait", "60s")]
    statuses = [run.end(120) for run in runs]
    if statuses != [0, 0]:
        return [f"they ended with {statuses}: " + " / ".join(run.words() for run in runs)]
    ran = sorted(sum(event["event"] == "stage_finished" for _, event in run.events) for run in runs)
    return [] if ran[0] == 0 and ran[1] > 0 else [f"they ran {ran} stages"]


def heir(sandbox, timeline):
    """The first is killed while the second waits: the second takes over and ends the work."""
    first = sandbox.start()
    if not first.wait_for(lambda event: event["event"] == "stage_started" and event["stage"] == "shards"):
        return ["the first run was too fast"]
    second = sandbox.start("--lock-wait", "60s")
    time.sleep(0.03)
    first.send(signal.SIGKILL)
    if first.end() != KILLED:
        return ["the first run was too fast"]
    status = second.end(120)
    return [] if status == 0 else [f"the waiting run ended with {status}: {second.words()}"]


def altered_outputs_are_noticed(sandbox, expected):
    """The negative control: a comparison that cannot fail proves nothing."""
    problems = []
    names = ["out/train.tsv", "out/model/model.safetensors", "out/report.html"]
    names.append(next(name for name in expected if name.endswith("train-00000.safetensors")))
    names.append(next(name for name in expected if name.startswith("artifacts/vocabulary") and
                      name.endswith("vocab.txt")))
    for name in names:
        with open(sandbox.path(name), "r+b") as file:
            whole = file.read()
            for what, data in (("a changed byte", whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:]),
                               ("a missing byte", whole[:-1])):
                file.seek(0)
                file.truncate()
                file.write(data)
                file.flush()
                if differences(expected, sandbox.results()) != [name]:
                    problems.append(f"{what} in {name} was not noticed")
                if sandbox.half_written(expected) != [name]:
                    problems.append(f"{what} in {name} does not count as half written")
            file.seek(0)
            file.truncate()
            file.write(whole)
    os.rename(sandbox.path("out/dev.tsv"), sandbox.path("dev.tsv"))
    if differences(expected, sandbox.results()) != ["out/dev.tsv"]:
        problems.append("a missing file was not noticed")
    os.rename(sandbox.path("dev.tsv"), sandbox.path("out/dev.tsv"))
    with open(sandbox.path("state.sqlite"), "r+b") as file:
        # The head of a page; how long pages are stands in the file's header.
        file.seek(16)
        length = int.from_bytes(file.read(2), "big")
        length = 65536 if length == 1 else length
        pages = file.seek(0, os.SEEK_END) // length
        file.seek(length * random.Random(1).randrange(min(3, pages - 1), min(20, pages)))
        page = file.read(64)
        file.seek(-64, os.SEEK_CUR)
        file.write(bytes(64))
        file.flush()
        if not sandbox.store_problems():
            problems.append("a damaged page of the store was not noticed")
        file.seek(-64, os.SEEK_CUR)
        file.write(page)
    return problems + [f"{name} differs after it was put back" for name in
                       differences(expected, sandbox.results())]
